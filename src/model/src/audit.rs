//! Audit events: who did what to what, from where, and how it went.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{PersonId, SignInId, Timestamp};

/// One row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEventView {
    /// Its place in the log; grows without reuse.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What, as a stable dotted name like `key.created`.
    pub action: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// Why it was refused or ended, as a stable word.
    pub reason: Option<String>,
    /// Who did it; absent for the provider, the system and strangers.
    pub actor: Option<PersonId>,
    /// The name of the person who did it.
    pub actor_name: Option<String>,
    /// The sign-in that it was done with.
    pub sign_in: Option<SignInId>,
    /// The id of what it was done to.
    pub object: Option<String>,
    /// The name of what it was done to, at that time.
    pub object_name: Option<String>,
    /// From where.
    pub address: Option<IpAddr>,
    /// The user agent.
    pub user_agent: Option<String>,
    /// The request it belongs to.
    pub request_id: Option<String>,
}
