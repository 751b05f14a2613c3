//! `/api/v1/auth/api-keys`.

mod change_networks;
mod create;
mod list;
mod revoke;
mod rotate;

pub(super) use change_networks::change_networks;
pub(super) use create::create;
pub(super) use list::list;
pub(super) use revoke::revoke;
pub(super) use rotate::rotate;
