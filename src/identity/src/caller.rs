use std::sync::Arc;

use flui_model::{Kind, Role, Scope, ScopeSet, Timestamp, me::CurrentSignIn};

use crate::{
    Error, Policy,
    people::Person,
    sign_ins::{Found, SignIn, Uses},
};

/// Who is calling: the only thing that rules accept.
#[derive(Clone, Debug)]
pub enum Caller {
    /// No credential came, or none that opens anything.
    Nobody,
    /// A person, by one of their sign-ins.
    SignedIn(SignedIn),
}

impl Caller {
    /// The person and sign-in, or the error that tells the caller to sign in.
    pub fn signed_in(&self) -> Result<&SignedIn, Error> {
        match self {
            Self::Nobody => Err(Error::NotSignedIn),
            Self::SignedIn(signed_in) => Ok(signed_in),
        }
    }
}

/// A person and the sign-in that they call by, checked live at the start of this request.
#[derive(Clone, Debug)]
pub struct SignedIn {
    found: Arc<Found>,
    role: Role,
    /// When the sign-in was checked.
    at: Timestamp,
    uses: Arc<Uses>,
}

impl SignedIn {
    pub(crate) fn new(found: Arc<Found>, policy: &Policy, at: Timestamp, uses: Arc<Uses>) -> Self {
        let role = policy.roles.role_of(&found.person.groups);
        Self { found, role, at, uses }
    }

    /// The person.
    pub fn person(&self) -> &Person {
        &self.found.person
    }

    /// The sign-in.
    pub fn sign_in(&self) -> &SignIn {
        &self.found.sign_in
    }

    /// What the provider's claims make of the person.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The sign-in as `auth/me` shows it.
    pub fn current(&self) -> CurrentSignIn {
        self.found.current(self.role)
    }

    /// All that this sign-in may do now: its grant, cut to the person's role.
    pub fn scopes(&self) -> ScopeSet {
        self.sign_in().grant.scopes(self.role)
    }

    /// Whether a person in a browser is calling.
    pub fn is_browser(&self) -> bool {
        self.sign_in().kind == Kind::Browser
    }

    /// Whether an admin is calling by a sign-in that may do all that they may. A key with a narrow grant never
    /// acts as admin.
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin && self.sign_in().grant.is_unscoped()
    }

    /// Refuses a caller whose grant lacks the scope. Notes which scopes a key makes use of.
    pub fn require(&self, scope: Scope) -> Result<(), Error> {
        if self.scopes().contains(scope) {
            if self.sign_in().kind.is_key() {
                self.uses.note_scope(self.sign_in().id, scope, self.at);
            }
            Ok(())
        } else {
            Err(Error::Forbidden(
                "This sign-in may not do that: its scopes or your role do not allow it.",
            ))
        }
    }

    /// Refuses a browser session whose proof is older than the policy wants. Keys were made from a fresh proof and
    /// cannot renew it, so their scopes decide alone.
    pub fn require_fresh(&self, now: Timestamp, policy: &Policy) -> Result<(), Error> {
        if !self.is_browser() || self.is_fresh(now, policy) {
            Ok(())
        } else {
            Err(Error::FreshSignInNeeded)
        }
    }

    /// Whether the provider saw a proof within the policy's time. Counted from `auth_time`, never from when a token was
    /// issued (OpenID Connect Core 1.0, section 2).
    pub fn is_fresh(&self, now: Timestamp, policy: &Policy) -> bool {
        self.sign_in().proof.auth_time.is_some_and(|auth_time| {
            auth_time <= now + Policy::CLOCK_ALLOWANCE && now.since(auth_time) <= policy.fresh_sign_in
        })
    }
}
