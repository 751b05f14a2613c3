//! Keys: list, create, revoke, and the calendar of their ends.

mod calendar;
mod created;
mod filters;
mod list;
mod new;
mod revoke;
mod scope_matrix;
mod snippets;

pub(crate) use calendar::calendar;
pub(crate) use list::list;
pub(crate) use new::new;
pub(crate) use revoke::revoke;
