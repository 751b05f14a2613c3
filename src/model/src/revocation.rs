//! `POST /api/v1/auth/revoke` and `POST /api/v1/auth/leaks`: whoever holds a key may end it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `POST /api/v1/auth/revoke` (RFC 7009, section 2.1), a form. Other members, `token_type_hint` among them, are not
/// looked at.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Revoke {
    /// The key to end.
    pub token: String,
}

impl fmt::Debug for Revoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revoke").finish_non_exhaustive()
    }
}

/// A refusal of [`Revoke`] (RFC 7009, section 2.2.1, in the form of RFC 6749, section 5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RevokeError {
    /// The stable word.
    pub error: RevokeErrorCode,
    /// What it means, for people.
    pub error_description: String,
}

/// The words of [`RevokeError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RevokeErrorCode {
    /// The token is missing or there are several.
    InvalidRequest,
}

/// The most secrets in one report of `POST /api/v1/auth/leaks`.
pub const MAX_LEAKS: usize = 100;

/// One secret that was found in public: a member of the array that secret scanners send. Members that are not listed
/// here are not looked at, because the shape is theirs.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportLeak {
    /// What was found.
    pub token: String,
    /// What the scanner calls secrets of this form. Comes back in the answer.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// Where it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl fmt::Debug for ReportLeak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportLeak")
            .field("token_type", &self.token_type)
            .finish_non_exhaustive()
    }
}

/// What became of one secret of the report, in the shape in which secret scanners take it.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct JudgedLeak {
    /// What was found, as it was sent.
    pub token_raw: String,
    /// What the scanner called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// Whether it was a key of this installation.
    pub label: LeakLabel,
}

impl fmt::Debug for JudgedLeak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JudgedLeak")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

/// Whether what was found is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LeakLabel {
    /// A key of this installation. It opens nothing any more.
    TruePositive,
    /// Nothing that was ever given out here.
    FalsePositive,
}
