//! `GET /api/v1/auth/me`: who is calling, and by which sign-in.

use serde::{Deserialize, Serialize};

use crate::{Kind, PersonId, Role, ScopeSet, SignInId, Timestamp};

/// The caller of this very request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The person.
    pub person: PersonView,
    /// What the provider's claims make of the person here.
    pub roles: Vec<Role>,
    /// The sign-in whose secret came with the request.
    pub sign_in: CurrentSignIn,
}

/// A person as others see them: the claims that the provider sent last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    /// This installation's id of the person.
    pub id: PersonId,
    /// The provider.
    pub issuer: String,
    /// The provider's id of the person.
    pub subject: String,
    /// The name to show; the subject when the provider sent none.
    pub name: String,
    /// The mail address, if the provider sent one. For show only: it identifies nobody.
    #[cfg_attr(feature = "schema", schema(required))]
    pub email: Option<String>,
}

/// The sign-in behind a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CurrentSignIn {
    /// Its id.
    pub id: SignInId,
    /// Its form.
    pub kind: Kind,
    /// The key's name, or the browser's.
    pub name: String,
    /// All that it may do right now.
    pub scopes: ScopeSet,
    /// Whether it may do all that the person may, now and later.
    pub unscoped: bool,
    /// The contexts it is bound to; empty means every context.
    pub contexts: Vec<String>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}
