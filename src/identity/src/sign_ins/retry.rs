use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flui_model::Timestamp;

use crate::SecretHash;

/// How long a request is known again by its name.
const REMEMBERED: Duration = Duration::from_hours(24);

/// The name that a caller gave to a request for a key (`Idempotency-Key`), to be able to send it again: an answer that was
/// lost on the way took the only copy of the key with it.
#[derive(Clone, Debug)]
pub struct Retry {
    /// The name. It tells the requests of one caller apart.
    pub name: String,
    /// SHA-256 of what is asked for.
    pub content: SecretHash,
}

/// A request that is known again when it comes again.
#[derive(Clone, Debug)]
pub struct NamedRequest {
    /// SHA-256 of its name and of who sent it.
    pub hash: SecretHash,
    /// SHA-256 of what it asks for.
    pub content: SecretHash,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

impl Retry {
    /// The request of this caller, sent at this moment. `caller` is unique to them: an id, or the hash of a bearer.
    pub(crate) fn of(&self, caller: &[u8], now: Timestamp) -> NamedRequest {
        let caller = URL_SAFE_NO_PAD.encode(caller);
        NamedRequest {
            hash: SecretHash::of(&format!("{caller} {}", self.name)),
            content: self.content,
            expires_at: now + REMEMBERED,
        }
    }
}
