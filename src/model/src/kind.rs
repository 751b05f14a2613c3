use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The form that a sign-in takes, which decides where its secret may be presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A session on the server whose id stands in a cookie.
    Browser,
    /// The key that `flui auth login` exchanged for an OpenID bearer.
    Workstation,
    /// A key for a pipeline or script, made by a person.
    Ci,
    /// A key of another Flui service, which may introspect other sign-ins.
    Service,
}

impl Kind {
    /// Every kind, in the order that pages show them.
    pub const ALL: [Self; 4] = [Self::Browser, Self::Workstation, Self::Ci, Self::Service];
    /// The kinds whose secret is a key.
    pub const KEYS: [Self; 3] = [Self::Workstation, Self::Ci, Self::Service];

    /// The word used on the wire and in databases.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Workstation => "workstation",
            Self::Ci => "ci",
            Self::Service => "service",
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Browser => "Browser",
            Self::Workstation => "Workstation",
            Self::Ci => "CI",
            Self::Service => "Service",
        }
    }

    /// Whether the secret is a key that arrives as `Authorization: Bearer flui_…`.
    pub const fn is_key(self) -> bool {
        !matches!(self, Self::Browser)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the kind is one of browser, workstation, ci and service")]
pub struct ParseKindError;

impl FromStr for Kind {
    type Err = ParseKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(ParseKindError)
    }
}
