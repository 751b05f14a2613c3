//! One verifier for every signed document of the provider.
//!
//! [`Token::read`] takes a compact JWS apart and refuses what no rule could accept: its size, its form, its algorithm.
//! The acts then check type and [`Claims`], and ask for a key only when those hold: junk never makes a request. The
//! signature comes last, and nothing is believed before it.
//!
//! `jsonwebtoken` checks signatures and nothing else; its own checks of claims are not used, because they know neither
//! `azp`, `at_hash` and `events` nor this product's clock.

mod claims;
mod header;
mod keys;
mod verify;

pub(crate) use claims::{Claims, IssuedAt, LEEWAY};
pub(crate) use header::Kind;
pub(crate) use keys::{KeySet, fetch as fetch_keys};
pub(crate) use verify::{MAX_LENGTH, Token};
