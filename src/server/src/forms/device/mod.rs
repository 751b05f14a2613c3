//! Forms about device logins.

mod decide;
mod look_up;

pub(super) use decide::{approve, deny};
pub(super) use look_up::look_up;
