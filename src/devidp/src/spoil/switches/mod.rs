//! The switches with a story of their own. Where the `OpenID` conformance suite has a module for relying parties, the
//! switch bears its name.

mod answers;
mod claims;
mod headers;
mod logout;

use super::Act;

/// The one event of logout tokens (Back-Channel Logout, section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A switch of the tables.
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) says: &'static str,
    pub(super) acts: &'static [Act],
}

const fn on(name: &'static str, says: &'static str, acts: &'static [Act]) -> Named {
    Named { name, says, acts }
}

/// Every one of them.
pub(super) fn named() -> impl Iterator<Item = &'static Named> {
    [headers::NAMED, claims::NAMED, answers::NAMED, logout::NAMED]
        .into_iter()
        .flatten()
}
