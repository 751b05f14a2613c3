//! `POST /api/v1/auth/introspect`: a service asks about a key that somebody presented to it (RFC 7662). Requests are
//! forms, and names are those of the standard.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};

use crate::{Kind, PersonId, SignInId};

/// The question (RFC 7662, section 2.1). Other members, `token_type_hint` among them, are not looked at.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Introspect {
    /// The key that was presented.
    pub token: String,
    /// The address that it was presented from. The standard leaves room for such a member; a key that is bound to
    /// networks is inactive without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
    pub address: Option<IpAddr>,
}

impl fmt::Debug for Introspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspect")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// The answer (RFC 7662, section 2.2). For whatever is not active it is `{"active":false}`, to the byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Introspection {
    /// Whether the key is good right now, for this service.
    pub active: bool,
    /// What the service may know of a good key.
    #[serde(flatten)]
    pub key: Option<ActiveKey>,
}

/// What a service may know of a good key: no name, no mail address, nothing else that it can do without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ActiveKey {
    /// The person, by the id that they have here. Unique together with `iss`.
    pub sub: PersonId,
    /// Who issued the key: the public address of this installation, not the provider that proved the person.
    pub iss: String,
    /// All that the key may do right now, with spaces between (RFC 6749, section 3.3).
    pub scope: String,
    /// The key's id.
    pub client_id: SignInId,
    /// When this secret of the key ends by itself, in seconds since 1970.
    pub exp: i64,
    /// When the key was made, in seconds since 1970.
    pub iat: i64,
    /// Always `Bearer`.
    pub token_type: String,
    /// The form of the key.
    pub kind: Kind,
    /// The contexts that the key is bound to, as far as the service is bound to them too; empty means every context.
    pub contexts: Vec<String>,
}
