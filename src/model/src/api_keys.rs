//! `/api/v1/auth/api-keys` and `/api/v1/auth/api-key-groups`.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{Area, Depth, Kind, Scope, ScopeSet, SignInId, Timestamp, me::PersonView};

/// The header by which an answer tells a key that it ends within [`ENDS_SOON`]; its value is the moment, as RFC 3339.
pub const KEY_EXPIRES_HEADER: &str = "flui-key-expires";

/// The header by which a request for a key is named, so that it can be sent again when its answer was lost
/// (draft-ietf-httpapi-idempotency-key-header); its value is a string of Structured Fields (RFC 9651, section 3.3.3).
pub const IDEMPOTENCY_KEY_HEADER: &str = "idempotency-key";

/// How long before its end a key begins to ask for attention.
pub const ENDS_SOON: Duration = Duration::from_hours(14 * 24);

/// `POST /api/v1/auth/api-keys`: the key that is wanted. Exactly one of `unscoped: true`, `scopes` and `groups`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"name": "deploy", "groups": ["apps:change"]})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateApiKey {
    /// 1 to 64 printable characters.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 64))]
    pub name: String,
    /// `ci` (the default) or `service`; the exchange always makes a `workstation` key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// When the key ends by itself; the policy's default when absent, never beyond its maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Exact rights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Vec<Scope>>, min_items = 1))]
    pub scopes: Option<Vec<String>>,
    /// Areas with a depth and all that is shallower.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Vec<Scope>>, min_items = 1))]
    pub groups: Option<Vec<String>>,
    /// All that the person may do, now and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unscoped: Option<bool>,
    /// The context to bind the key to; every context when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The machine that will hold the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<Machine>,
    /// The networks (CIDR) or addresses that the key may be used from, at most 16; everywhere when absent or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_items = 16))]
    pub networks: Option<Vec<String>>,
}

/// `POST /api/v1/auth/api-keys/{id}/rotate`: how the old secret gives way to the new one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"overlapSeconds": 3600})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RotateApiKey {
    /// For so many seconds the old secret stays good, unless the new one is used before: 24 hours when absent, at most
    /// 7 days. 0 ends the old one at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(maximum = 604_800))]
    pub overlap_seconds: Option<u64>,
}

/// The machine that a command line runs on, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Machine {
    /// The host name.
    pub name: String,
    /// The operating system.
    pub os: String,
}

/// The answer to `POST /api/v1/auth/api-keys` and to a rotation: the only places where the key stands in clear.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreatedApiKey {
    /// Its id.
    pub id: SignInId,
    /// Its name.
    pub name: String,
    /// The key in clear, this once.
    pub key: String,
    /// Its form.
    pub kind: Kind,
    /// The first characters of the key, by which people recognise it.
    pub prefix: String,
    /// All that it may do right now.
    pub scopes: ScopeSet,
    /// Whether it may do all that its person may, now and later.
    pub unscoped: bool,
    /// The contexts it is bound to; empty means every context.
    pub contexts: Vec<String>,
    /// The networks that it may be used from; empty means everywhere.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(required))]
    pub networks: Vec<String>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// After a rotation: how long the old secret stays good at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_secret_until: Option<Timestamp>,
}

impl fmt::Debug for CreatedApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreatedApiKey")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// `PUT /api/v1/auth/api-keys/{id}/networks`: where the key may be used from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeApiKeyNetworks {
    /// Networks in CIDR notation and single addresses, at most 16; empty means everywhere.
    pub networks: Vec<String>,
}

/// A key as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyView {
    /// Its id.
    pub id: SignInId,
    /// Its name.
    pub name: String,
    /// Its form.
    pub kind: Kind,
    /// The first characters of the key.
    pub prefix: String,
    /// The last four characters of the key.
    pub last_four: String,
    /// Whose it is.
    pub person: PersonView,
    /// All that it may do right now.
    pub scopes: ScopeSet,
    /// Whether it may do all that its person may, now and later.
    pub unscoped: bool,
    /// The contexts it is bound to; empty means every context.
    pub contexts: Vec<String>,
    /// The networks that it may be used from; empty means everywhere.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(required))]
    pub networks: Vec<String>,
    /// The machine that holds it, when that is known.
    #[cfg_attr(feature = "schema", schema(required))]
    pub machine: Option<Machine>,
    /// When the provider saw the proof that the key stands on.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(required))]
    pub auth_time: Option<Timestamp>,
    /// By which methods that was proven (RFC 8176), as the provider said.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(required))]
    pub amr: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    #[cfg_attr(feature = "schema", schema(required))]
    pub last_used_at: Option<Timestamp>,
    /// The address that it was last used from.
    #[cfg_attr(feature = "schema", schema(required))]
    pub last_used_from: Option<String>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// During a rotation: how long the old secret stays good at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_secret_until: Option<Timestamp>,
    /// Since when an administrator has paused it: it is refused until it is resumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_at: Option<Timestamp>,
    /// When somebody or something ended it.
    #[cfg_attr(feature = "schema", schema(required))]
    pub ended_at: Option<Timestamp>,
    /// Why it was ended, as a stable word.
    #[cfg_attr(feature = "schema", schema(required))]
    pub end_reason: Option<String>,
    /// `live`, `paused`, `expired` or `ended`.
    pub state: KeyState,
    /// Whether it is the key that this request came with.
    pub current: bool,
}

/// Whether a key still opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// It does.
    Live,
    /// It does not, until an administrator resumes it.
    Paused,
    /// Its time ran out.
    Expired,
    /// It was ended.
    Ended,
}

impl KeyState {
    /// Whether it will never open anything again.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Expired | Self::Ended)
    }

    /// The word used on the wire and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Expired => "expired",
            Self::Ended => "ended",
        }
    }
}

/// `GET /api/v1/auth/api-keys`: what to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListApiKeys {
    /// `all` for everybody's keys, which only admins may ask for.
    #[cfg_attr(feature = "schema", param(pattern = "^all$"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Where the page before ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Rows wanted, 1 to 200; 50 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", param(format = "uint32"))]
    pub limit: Option<u32>,
}

/// `GET /api/v1/auth/api-key-groups`: the catalogue of scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyGroups {
    /// A row for each area and depth.
    pub groups: Vec<ApiKeyGroup>,
}

/// An area at a depth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyGroup {
    /// `area:depth`: good as a scope, and as a group that takes in the shallower depths.
    pub id: Scope,
    /// Where.
    pub area: Area,
    /// How far.
    pub depth: Depth,
    /// The scopes that the group stands for.
    pub scopes: ScopeSet,
    /// One sentence about the scope.
    pub description: String,
    /// Whether this caller may give the whole group to a key.
    pub grantable: bool,
}
