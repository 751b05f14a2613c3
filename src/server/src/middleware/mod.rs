//! What every request passes, outermost first: [`envelope`] with [`client`], [`headers`] and [`errors`], [`gate`] with
//! [`host`], [`rate`], [`origin`] and [`cookies`], the session layer, [`caller`] with [`bearer`]. [`buckets`] holds what
//! [`rate`] takes from.

pub(crate) mod bearer;
pub(crate) mod buckets;
pub(crate) mod caller;
pub(crate) mod client;
pub(crate) mod cookies;
pub(crate) mod envelope;
pub(crate) mod errors;
pub(crate) mod gate;
pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod origin;
pub(crate) mod rate;
