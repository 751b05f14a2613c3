//! What every request passes, outermost first: [`client`], [`headers`], [`errors`], [`gate`] with [`host`], [`rate`] and
//! [`origin`], [`cookies`], the session layer, [`caller`] with [`bearer`].

pub(crate) mod bearer;
pub(crate) mod caller;
pub(crate) mod client;
pub(crate) mod cookies;
pub(crate) mod errors;
pub(crate) mod gate;
pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod origin;
pub(crate) mod rate;
