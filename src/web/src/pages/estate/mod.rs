//! The estate, for admins.

mod filters;
mod list;
mod selected;

pub(crate) use list::list;
pub(crate) use selected::{pause, resume, revoke};
