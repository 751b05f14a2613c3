//! Forms about keys.

mod act;
mod change_networks;
mod create;
mod extend;
mod rename;
mod revoke;
mod revoke_selected;
mod rotate;
mod transfer;

pub(super) use change_networks::change_networks;
pub(super) use create::create;
pub(super) use extend::extend;
pub(super) use rename::rename;
pub(super) use revoke::revoke;
pub(super) use revoke_selected::revoke_selected;
pub(super) use rotate::rotate;
pub(super) use transfer::transfer;
