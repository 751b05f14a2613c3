//! What a crash leaves behind: nothing. The memory of the server holds every secret that passes through it, in buffers
//! of libraries too, so no care in our own code could keep them out of a core.

use std::io;

/// The kernel was asked to keep the memory of this process to itself, and refused.
#[derive(Debug, thiserror::Error)]
#[error("core dumps of this process cannot be forbidden")]
pub struct Refused(#[source] io::Error);

/// Forbids cores of this process, whatever limits and collectors the machine has, and lets nobody but root attach a
/// debugger or read its memory.
///
/// # Errors
/// [`Refused`], as under a sandbox that knows no `prctl`.
#[cfg(target_os = "linux")]
pub fn forbid() -> Result<(), Refused> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|error| Refused(error.into()))
}

/// Does nothing: the systems that this server is run on are Linux, and others are for development.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub fn forbid() -> Result<(), Refused> {
    Ok(())
}
