//! Forms about people, for admins.

mod disable;
mod enable;
mod end;

pub(super) use disable::disable;
pub(super) use enable::enable;
pub(super) use end::end;
