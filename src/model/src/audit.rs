//! Audit events: who did what to what, from where, and how it went.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{PersonId, SignInId, Timestamp};

/// `GET /api/v1/audit/events`: which events are wanted. Pages use the same words in their addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListEvents {
    /// Only what this person did or what was done to what is theirs: a person's id.
    #[cfg_attr(feature = "schema", param(value_type = Option<PersonId>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Only from then on: a time, or a day like `2026-11-24`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only this action, like `key.created`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Only `done` or only `refused`.
    #[cfg_attr(feature = "schema", param(pattern = "^(done|refused)$"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Only events with a smaller sequence number: where the page before ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// Rows wanted, 50 if absent. A page of JSON holds 1 to 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", param(format = "uint32"))]
    pub limit: Option<u32>,
}

/// One row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
    #[cfg_attr(feature = "schema", schema(required))]
    pub reason: Option<String>,
    /// Who did it; absent for the provider, the system and strangers.
    #[cfg_attr(feature = "schema", schema(required))]
    pub actor: Option<PersonId>,
    /// The name of the person who did it.
    #[cfg_attr(feature = "schema", schema(required))]
    pub actor_name: Option<String>,
    /// The sign-in that it was done with.
    #[cfg_attr(feature = "schema", schema(required))]
    pub sign_in: Option<SignInId>,
    /// The id of what it was done to.
    #[cfg_attr(feature = "schema", schema(required))]
    pub object: Option<String>,
    /// The name of what it was done to, at that time.
    #[cfg_attr(feature = "schema", schema(required))]
    pub object_name: Option<String>,
    /// From where.
    #[cfg_attr(feature = "schema", schema(required, value_type = Option<String>))]
    pub address: Option<IpAddr>,
    /// The user agent.
    #[cfg_attr(feature = "schema", schema(required))]
    pub user_agent: Option<String>,
    /// The request it belongs to.
    #[cfg_attr(feature = "schema", schema(required))]
    pub request_id: Option<String>,
}
