//! Sign-ins: the browsers and workstations that act as the person.

mod list;

pub(crate) use list::list;
