//! `/api/v1/auth/api-keys`.

mod create;
mod list;
mod retry;
mod revoke;
mod rotate;

pub(super) use create::create;
pub(super) use list::list;
pub(super) use revoke::revoke;
pub(super) use rotate::rotate;
