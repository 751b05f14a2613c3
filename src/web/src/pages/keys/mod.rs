//! Keys: list, create, show, change, revoke, and the calendar of their ends.

mod act_form;
mod calendar;
mod created;
mod extend;
mod facts;
mod filters;
mod list;
mod networks;
mod new;
mod plot;
mod rename;
mod revoke;
mod revoke_selected;
mod rotate;
mod scope_matrix;
mod show;
mod snippets;
mod transfer;
mod used;

pub(crate) use calendar::calendar;
pub(crate) use extend::extend;
pub(crate) use list::list;
pub(crate) use networks::networks;
pub(crate) use new::new;
pub(crate) use rename::rename;
pub(crate) use revoke::revoke;
pub(crate) use revoke_selected::revoke_selected;
pub(crate) use rotate::rotate;
pub(crate) use show::show;
pub(crate) use transfer::transfer;
