//! Apps that proxies protect.

mod list;

pub(crate) use list::list;
