use std::fmt;

use flui_model::{Role, Scope};

use crate::SignedIn;

/// Who may open a part of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody; nobody is asked who they are.
    Public,
    /// Whoever is signed in, in this role or a greater one.
    SignedIn {
        /// The least role.
        role: Role,
        /// The scope that it takes. Without one a key passes only if it is not limited by scopes.
        scope: Option<Scope>,
    },
}

/// What somebody lacks to open a part of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A rule: nobody may open it.
    Rule,
    /// This role.
    Role(Role),
    /// This scope.
    Scope(Scope),
    /// A grant that is not limited by scopes.
    FullGrant,
}

impl Access {
    /// Whether this sign-in passes. Notes the scope that a key makes use of.
    pub fn check(self, signed_in: &SignedIn) -> Result<(), Missing> {
        let Self::SignedIn { role, scope } = self else {
            return Ok(());
        };
        // A key with a narrow grant never acts as admin.
        if signed_in.role() < role || (role == Role::Admin && !signed_in.is_admin()) {
            return Err(Missing::Role(role));
        }
        match scope {
            Some(scope) => signed_in.require(scope).map_err(|_| Missing::Scope(scope)),
            None if signed_in.sign_in().grant.is_unscoped() => Ok(()),
            None => Err(Missing::FullGrant),
        }
    }
}

/// Who passes, in words for people.
impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::SignedIn { role, scope } = self else {
            return f.write_str("Everybody, signed in or not");
        };
        f.write_str(match role {
            Role::ReadOnly => "Everyone signed in",
            Role::User => "Users and admins",
            Role::Admin => "Admins",
        })?;
        scope.map_or(Ok(()), |scope| write!(f, " with {scope}"))
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule => f.write_str("No rule opens this address to anybody."),
            Self::Role(role) => write!(f, "It takes the role {}.", role.label()),
            Self::Scope(scope) => write!(f, "It takes the scope {scope}."),
            Self::FullGrant => f.write_str("It takes a key that is not limited by scopes."),
        }
    }
}
