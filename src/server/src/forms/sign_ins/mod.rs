//! Forms about sign-ins.

mod end;
mod end_others;

pub(super) use end::end;
pub(super) use end_others::end_others;
