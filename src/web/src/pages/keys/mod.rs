//! Keys: list, create, revoke.

mod created;
mod filters;
mod list;
mod new;
mod revoke;
mod scope_matrix;
mod snippets;

pub(crate) use list::list;
pub(crate) use new::new;
pub(crate) use revoke::revoke;
