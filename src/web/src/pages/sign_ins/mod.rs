//! Sign-ins: the browsers and workstations that act as the person.

mod list;
mod lost;
mod lost_proof;

pub(crate) use list::list;
pub(crate) use lost::lost;
