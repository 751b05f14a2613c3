//! Secrets: keys and session ids, and the hashes that are kept of them.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

mod base62;
mod calendar;
mod key;

pub use calendar::CalendarSecret;
pub use key::{Key, KeyFormatError};

/// SHA-256 of a secret: all that is ever kept of it. The secrets carry at least 128 random bits, so that a fast hash is
/// enough, and a slow one would only make every request dear.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a secret in the form in which it travels.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// From a hash that a store kept.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash, as stores keep it.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

impl Hash for SecretHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

/// 256 bits as 43 base62 characters.
pub(crate) fn encode_256(bytes: &[u8; 32]) -> String {
    base62::encode(bytes, 43)
}

/// A secret and the way it came, which must fit the kind of its sign-in.
#[derive(Debug)]
pub enum PresentedSecret {
    /// A session id out of the cookie.
    Session(SecretHash),
    /// A key out of `Authorization: Bearer`.
    Key(Key),
}
