//! What an `Authorization` header brings along (RFC 6750, section 2.1).

use axum::http::HeaderValue;
use flui_identity::{Error, Key};
use secrecy::SecretString;

/// What came as a bearer.
#[derive(Debug)]
pub(crate) enum Bearer {
    /// A key of ours, of the right form and with the right checksum.
    Key(Key),
    /// Anything else: good for the exchange alone.
    Foreign(SecretString),
}

impl Bearer {
    /// Reads a header, and asks nobody. Another scheme, an empty token and a misspelt key are
    /// [`Error::InvalidToken`].
    pub(crate) fn read(value: &HeaderValue) -> Result<Self, Error> {
        let token = token(value).ok_or(Error::InvalidToken)?;
        if token.starts_with(Key::PREFIX) {
            Key::parse(token).map(Self::Key).map_err(|_| Error::InvalidToken)
        } else {
            Ok(Self::Foreign(token.to_owned().into()))
        }
    }
}

/// The token of a bearer, unless it is empty.
pub(crate) fn token(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
