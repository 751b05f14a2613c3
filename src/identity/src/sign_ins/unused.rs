use std::time::Duration;

use flui_model::Timestamp;

use super::{EndReason, Which};
use crate::{
    Error, Identity, Policy,
    audit::{Action, Event},
};

/// Keys that end in one transaction, so that no other writer waits for long.
const AT_ONCE: u32 = 200;

impl Policy {
    /// A workstation key ends when it was not used for so long after it was made. A command line uses its key at once; one
    /// that nobody uses never arrived, or was never written down.
    pub const UNUSED_AGE: Duration = Duration::from_mins(10);
}

impl Identity {
    /// Ends keys that were to be used by now, and were not.
    pub(crate) async fn end_unused_keys(&self, now: Timestamp) -> Result<(), Error> {
        // Uses of the last seconds are known in memory alone.
        self.flush_uses().await;
        let which = Which::Unused { now, at_most: AT_ONCE };
        loop {
            let event = Event::new(now, Action::KeyRevoked, None);
            let ended = self.end(which.clone(), None, EndReason::NeverUsed, event).await?;
            if ended.ended.len() < AT_ONCE as usize {
                return Ok(());
            }
        }
    }
}
