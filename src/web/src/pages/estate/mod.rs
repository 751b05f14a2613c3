//! The estate, for admins.

mod filters;
mod list;
mod revoke;

pub(crate) use list::list;
pub(crate) use revoke::revoke;
