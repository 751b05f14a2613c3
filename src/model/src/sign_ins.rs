//! `/api/v1/auth/sign-ins/end`: many sign-ins, of every kind, ended by one act.

use serde::{Deserialize, Serialize};

use crate::{Kind, PersonId, SignInId, Timestamp};

/// `POST /api/v1/auth/sign-ins/end`: what to end. Exactly one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"ids": ["01935f3e-8a40-7c1b-9d52-3f6e0b7a4c18"]})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndSignIns {
    /// These sign-ins, at most 1000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 1000))]
    pub ids: Option<Vec<SignInId>>,
    /// Every sign-in of this person, the one that asks included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
}

/// The answer: what ended by this act. What had ended before is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EndedSignIns {
    /// What ended.
    pub ended: Vec<EndedSignIn>,
    /// The moment since which all of it opens nothing.
    pub ended_at: Timestamp,
}

/// A sign-in that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EndedSignIn {
    /// Its id.
    pub id: SignInId,
    /// Its name.
    pub name: String,
    /// Its form.
    pub kind: Kind,
}
