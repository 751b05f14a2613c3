//! Contexts: the installations and clusters that keys may be bound to.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A context as the server keeps it. It never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContextView {
    /// Letters, digits, `-` and `_`; unique without regard to case.
    pub name: String,
    /// Where the API of the installation answers.
    pub api_url: String,
    /// The provider that it trusts.
    pub issuer: String,
    /// A sentence for people.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
}
