//! Forms about the estate, for admins.

mod revoke;

pub(super) use revoke::revoke;
