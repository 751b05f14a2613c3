//! Forms about sign-ins.

mod end;
mod end_others;
mod lost;

pub(super) use end::end;
pub(super) use end_others::end_others;
pub(super) use lost::lost;
