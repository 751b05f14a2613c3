//! The chain over the audit log: each row has a hash over itself and the hash of the row before it, so that nobody can
//! edit, remove or move a row without every later hash telling.
//!
//! What the chain cannot show by itself is a log that was cut off at its end, or written anew from some row on with all
//! its hashes. That takes a [`Head`] that was kept elsewhere: see [`Checker`].

mod check;
mod hash;

use flui_model::{PersonId, SignInId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use check::{Anchor, Checker, Fault, Sound};
pub use hash::{ChainHash, NoHash};

use super::Event;

/// Begins what is hashed, so that these bytes never mean anything else. The number names the form: another form of row
/// gets another number.
const FORM: &[u8] = b"flui audit 1\0";

/// A row of the audit log as it is kept, hashed and exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChainedEvent {
    /// Its place: one more than that of the row before it.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What, as its stable name.
    pub action: String,
    /// How it went, as its stable name.
    pub outcome: String,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub actor: Option<PersonId>,
    /// With which sign-in.
    pub sign_in: Option<SignInId>,
    /// To what.
    pub object: Option<String>,
    /// The name of what it was done to.
    pub object_name: Option<String>,
    /// Whose it is.
    pub owner: Option<PersonId>,
    /// From where.
    pub address: Option<String>,
    /// The user agent.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: Option<String>,
    /// Its hash. None for rows from before there was a chain: the first hash after them covers them.
    pub hash: Option<ChainHash>,
}

impl ChainedEvent {
    /// The hash of this row when it follows a row with that hash.
    ///
    /// Hashed are the form, the hash before, then number and time (microseconds since 1970) as eight bytes each, most
    /// significant first, then eleven fields in the order of this type. An absent field is one byte 0. A field that is
    /// there is one byte 1, its length as four bytes, and its bytes: UTF-8 for text, sixteen for an id. So no two rows
    /// share their bytes.
    pub fn hash_after(&self, before: &ChainHash) -> ChainHash {
        let mut hash = Sha256::new();
        hash.update(FORM);
        hash.update(before.as_bytes());
        hash.update(self.seq.to_be_bytes());
        hash.update(self.at.as_micros().to_be_bytes());
        let text = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
        let fields = [
            Some(self.action.as_bytes().to_vec()),
            Some(self.outcome.as_bytes().to_vec()),
            text(&self.reason),
            self.actor.map(|id| id.as_uuid().as_bytes().to_vec()),
            self.sign_in.map(|id| id.as_uuid().as_bytes().to_vec()),
            text(&self.object),
            text(&self.object_name),
            self.owner.map(|id| id.as_uuid().as_bytes().to_vec()),
            text(&self.address),
            text(&self.user_agent),
            text(&self.request_id),
        ];
        for field in &fields {
            match field {
                None => hash.update([0]),
                Some(bytes) => {
                    hash.update([1]);
                    // Longer than any row can be: what reaches a row is cut to a few hundred bytes.
                    hash.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
                    hash.update(bytes);
                }
            }
        }
        ChainHash::from_digest(hash.finalize().into())
    }
}

/// A text as databases keep it: PostgreSQL takes no NUL, so the sign of an unreadable character stands in its place.
fn kept(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// The end of the chain: the number and hash of the last row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the last row; 0 when there is none.
    pub seq: i64,
    /// Its hash.
    pub hash: ChainHash,
}

impl Head {
    /// The head of an empty log.
    pub const EMPTY: Self = Self {
        seq: 0,
        hash: ChainHash::GENESIS,
    };

    /// Goes on to the row that this event becomes, and gives it.
    pub fn append(&mut self, event: &Event) -> ChainedEvent {
        let client = event.client.as_ref();
        let mut row = ChainedEvent {
            seq: self.seq.saturating_add(1),
            at: event.at,
            action: event.action.as_str().to_owned(),
            outcome: event.outcome.as_str().to_owned(),
            reason: event.reason.as_deref().map(kept),
            actor: event.actor,
            sign_in: event.sign_in,
            object: event.object.as_deref().map(kept),
            object_name: event.object_name.as_deref().map(kept),
            owner: event.owner,
            address: client.map(|client| client.address.to_string()),
            user_agent: client.map(|client| kept(&client.user_agent)),
            request_id: client.map(|client| kept(&client.request_id)),
            hash: None,
        };
        self.seq = row.seq;
        self.hash = row.hash_after(&self.hash);
        row.hash = Some(self.hash);
        row
    }
}

#[cfg(test)]
mod tests;
