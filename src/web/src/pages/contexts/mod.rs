//! Contexts: the installations and clusters that keys may be bound to.

mod list;

pub(crate) use list::list;
