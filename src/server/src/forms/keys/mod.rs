//! Forms about keys.

mod create;
mod revoke;

pub(super) use create::create;
pub(super) use revoke::revoke;
