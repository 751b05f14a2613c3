//! The audit log.

mod filters;
mod list;

pub(crate) use list::list;
