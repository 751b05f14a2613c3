//! Whether a browser of this machine can be shown to whoever types here.

use crate::{exit::Fault, setup};

/// Not over SSH, where a browser would open in front of somebody else, and not on a Linux without a display.
pub(crate) fn can_open_browser() -> Result<bool, Fault> {
    let is_set = |name| setup::env(name).map(|value| value.is_some());
    if is_set("SSH_CONNECTION")? || is_set("SSH_TTY")? {
        return Ok(false);
    }
    Ok(!cfg!(target_os = "linux") || is_set("DISPLAY")? || is_set("WAYLAND_DISPLAY")?)
}
