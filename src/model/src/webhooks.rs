//! What the webhook is sent: keys that near their end, keys that ended, and keys that work again.

use serde::{Deserialize, Serialize};

use crate::{Kind, PersonId, SignInId, Timestamp};

/// The body of a delivery. It holds no secret of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookMessage {
    /// The id of the message: the same at every attempt, so that a receiver can drop what it has seen.
    pub id: String,
    /// What happened.
    #[serde(rename = "type")]
    pub what: WebhookType,
    /// When.
    pub at: Timestamp,
    /// The key that it happened to.
    pub key: WebhookKey,
    /// Why a key ended, as a stable word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who ended it; absent for the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<WebhookPerson>,
    /// Days until a key ends by itself, rounded up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<u32>,
}

/// What a message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WebhookType {
    /// A key ends by itself soon.
    #[serde(rename = "key.expiring")]
    KeyExpiring,
    /// A key was ended before its time, or its owner's access was removed: it is refused from `at` on.
    #[serde(rename = "key.ended")]
    KeyEnded,
    /// The access of a key's owner was given back, and the key works again.
    #[serde(rename = "key.restored")]
    KeyRestored,
}

/// A key, as messages name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookKey {
    /// Its id.
    pub id: SignInId,
    /// Its name.
    pub name: String,
    /// Its form.
    pub kind: Kind,
    /// Its first characters, by which people know it.
    pub prefix: String,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whose it is.
    pub owner: WebhookPerson,
}

/// A person, as messages name them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookPerson {
    /// This installation's id of the person.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
    /// The mail address, if the provider sent one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}
