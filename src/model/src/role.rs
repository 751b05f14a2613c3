use serde::{Deserialize, Serialize};

/// What the provider's claims make of a person here. Read anew at each sign-in, never set here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// May look, and nothing else.
    ReadOnly,
    /// May do everything with what is their own.
    User,
    /// May also see and end what belongs to others.
    Admin,
}

impl Role {
    /// The word used on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ReadOnly => "Read only",
            Self::User => "User",
            Self::Admin => "Admin",
        }
    }
}
