//! `/api/v1/auth/api-keys`.

pub(super) mod change_networks;
pub(super) mod create;
pub(super) mod list;
mod retry;
pub(super) mod revoke;
pub(super) mod rotate;
