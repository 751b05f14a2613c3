//! Forms about the calendar address.

mod create;
mod remove;

pub(super) use create::create;
pub(super) use remove::remove;
