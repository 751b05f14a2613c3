//! `/api/v1/auth/sessions`: one's own browser sign-ins.

use serde::{Deserialize, Serialize};

use crate::{SignInId, Timestamp};

/// A browser sign-in as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// Its id. Not the cookie's value, which is a secret.
    pub id: SignInId,
    /// The browser and system, from the user agent.
    pub name: String,
    /// The address it began from.
    pub address: String,
    /// The whole user agent.
    pub user_agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    #[cfg_attr(feature = "schema", schema(required))]
    pub last_used_at: Option<Timestamp>,
    /// The address it was last used from.
    #[cfg_attr(feature = "schema", schema(required))]
    pub last_used_from: Option<String>,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When the provider last saw the person prove who they are.
    #[cfg_attr(feature = "schema", schema(required))]
    pub auth_time: Option<Timestamp>,
    /// How they proved it (RFC 8176), as the provider said.
    pub amr: Vec<String>,
    /// Whether it is the session that this request came with.
    pub current: bool,
}

/// The answer to an act that ended sign-ins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// What ended by this act; what had ended before is not in it.
    pub ended: Vec<SignInId>,
    /// The moment since which they open nothing.
    pub ended_at: Timestamp,
}
