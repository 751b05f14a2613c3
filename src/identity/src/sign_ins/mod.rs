//! Sign-ins: browser sessions and keys, one record with one life.

use flui_model::{
    FieldError, Kind, PersonId, Role, ScopeSet, SignInId, Timestamp,
    api_keys::{ApiKeyView, KeyState, Machine},
    me::CurrentSignIn,
    sessions::SessionView,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    Client, SecretHash,
    people::{Person, ProvenPerson},
};

mod change_key;
mod change_key_networks;
mod count_live;
mod create_key;
mod end;
mod end_many;
mod end_reason;
mod expiry;
mod extend_key;
mod identify;
mod introspect;
mod key_life;
mod leaks;
mod list;
mod machines;
mod pause;
mod refusal;
mod rename_key;
mod retry;
mod revoke_held;
mod rotate_key;
mod start_session;
mod transfer_key;
mod unused;
mod uses;

pub use change_key::{KeyChange, NewSecret};
pub use change_key_networks::ChangedNetworks;
pub use count_live::LiveCount;
pub use create_key::{CreateKey, CreatedKey, GrantRequest};
pub use end_reason::EndReason;
pub use introspect::IntrospectedKey;
pub(crate) use key_life::USES_KEPT;
pub use key_life::{Day, DayUses, KeyLife, KeyUses, MAX_KEPT_PLACES, MadeBy};
pub use leaks::FoundKey;
pub use list::{Cursor, Filter, ListKeys};
pub use pause::Pause;
pub(crate) use refusal::ToldRefusals;
pub use refusal::{KeyRefusal, RefusedKey};
pub use retry::{NamedRequest, Retry};
pub use rotate_key::Overlap;
pub use start_session::NewSession;
pub use transfer_key::{NewOwner, TransferTarget, Unfit};
pub(crate) use uses::Uses;
pub use uses::{Use, UsedPlace, UsedScope};

/// A proof of a person, kept: a browser session or a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Its id. Not a secret.
    pub id: SignInId,
    /// Whose it is.
    pub person_id: PersonId,
    /// Its form.
    pub kind: Kind,
    /// The name of the key or browser.
    pub name: String,
    /// What is kept of its secret.
    pub secret_hash: SecretHash,
    /// The first characters of the key; empty for sessions.
    pub prefix: String,
    /// The last four characters of the key; empty for sessions.
    pub last_four: String,
    /// What it may do.
    pub grant: Grant,
    /// The contexts it is bound to; empty means every context.
    pub contexts: Vec<String>,
    /// The networks that it may be used from; empty means everywhere.
    pub networks: Vec<IpNet>,
    /// How and when it was proven.
    pub proof: Proof,
    /// Where it began.
    pub client: Client,
    /// The machine that holds it, in its own words.
    pub machine: Option<Machine>,
    /// The sign-in that a key was made with; none for what a provider's proof made.
    pub made_by: Option<SignInId>,
    /// When it began.
    pub created_at: Timestamp,
    /// When and from where it was last used, to the minute.
    pub last_used: Option<LastUse>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When the key last got a new secret.
    pub rotated_at: Option<Timestamp>,
    /// The old secret of a rotated key, until the new one is first used.
    pub overlap: Option<Overlap>,
    /// When and by whom it was paused: refused until it is resumed.
    pub paused: Option<Pause>,
    /// When, by whom and why it was ended.
    pub ended: Option<End>,
}

/// What a sign-in may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grant {
    /// All that the person may, now and later.
    Unscoped,
    /// These scopes, as far as the person still may.
    Scopes(ScopeSet),
}

impl Grant {
    /// All that it allows to somebody in this role.
    pub fn scopes(&self, role: Role) -> ScopeSet {
        let ceiling = ScopeSet::of_role(role);
        match self {
            Self::Unscoped => ceiling,
            Self::Scopes(scopes) => scopes.intersection(ceiling),
        }
    }

    /// Whether it is not limited by scopes.
    pub fn is_unscoped(&self) -> bool {
        matches!(self, Self::Unscoped)
    }
}

/// How and when the provider saw the person prove who they are. Keys inherit it from what they were made with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// When (OpenID Connect Core 1.0, section 2).
    pub auth_time: Option<Timestamp>,
    /// By which methods (RFC 8176).
    pub amr: Vec<String>,
    /// To which class.
    pub acr: Option<String>,
    /// The provider's session (OpenID Connect Back-Channel Logout 1.0, section 2.1).
    pub provider_sid: Option<String>,
}

impl Proof {
    /// Whether more than one factor was proven, as far as the provider says.
    pub fn is_mfa(&self) -> bool {
        self.amr
            .iter()
            .any(|method| matches!(method.as_str(), "mfa" | "otp" | "hwk" | "swk" | "sms"))
    }
}

/// When and from where something was last used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUse {
    /// When, to the minute.
    pub at: Timestamp,
    /// From which address.
    pub address: String,
}

/// When, by whom and why a sign-in was ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Timestamp,
    /// By whom; nobody for the provider and the system.
    pub by: Option<PersonId>,
    /// Why.
    pub reason: EndReason,
}

/// Which sign-ins to end. What is ended already is never meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// These.
    Ids(Vec<SignInId>),
    /// The one with this secret.
    Secret(SecretHash),
    /// The person's browser sessions but this sign-in.
    OtherSessions {
        /// Whose.
        person: PersonId,
        /// Kept.
        except: SignInId,
    },
    /// Everything of this person.
    Person(PersonId),
    /// The live workstation keys that this newer one of the same person, machine and contexts replaces at its first use.
    /// With that it does not end for want of use any more, in the same transaction.
    ReplacedBy(SignInId),
    /// Keys that were to be used by now, and were not.
    Unused {
        /// The present moment.
        now: Timestamp,
        /// So many of them.
        at_most: u32,
    },
    /// The browser sessions of a provider's session, person, or both.
    ProviderSession {
        /// The provider.
        issuer: String,
        /// The person, if the provider named one.
        subject: Option<String>,
        /// The session, if the provider named one.
        sid: Option<String>,
    },
}

/// A sign-in and its person: what one lookup finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The sign-in.
    pub sign_in: SignIn,
    /// Its person.
    pub person: Person,
}

/// A sign-in to be written.
#[derive(Clone, Debug)]
pub struct NewSignIn {
    /// The sign-in.
    pub sign_in: SignIn,
    /// The person as the provider proved them just now; none when an existing sign-in vouches.
    pub seen: Option<ProvenPerson>,
    /// The bearer that it is exchanged for.
    pub spent_bearer: Option<SpentBearer>,
    /// How many live sign-ins of the kind the person may hold with this one.
    pub keep_at_most: Option<u32>,
    /// The request that asks for it, if it may come again.
    pub request: Option<NamedRequest>,
    /// When it ends unless it was used by then.
    pub unused_until: Option<Timestamp>,
}

/// A bearer that has bought a key. Remembered until it would have expired, so that it buys no second one.
#[derive(Clone, Debug)]
pub struct SpentBearer {
    /// SHA-256 of the bearer.
    pub hash: SecretHash,
    /// When the bearer expires, with leeway.
    pub expires_at: Timestamp,
}

impl SignIn {
    /// Whether it is over at `now`. The idle limit of sessions is not in it: that one also needs the policy. Nor is a
    /// pause: what is paused lives on, and whoever ends everything on a machine means it too.
    pub fn state(&self, now: Timestamp) -> KeyState {
        if self.ended.is_some() {
            KeyState::Ended
        } else if self.expires_at <= now {
            KeyState::Expired
        } else {
            KeyState::Live
        }
    }
}

impl Found {
    /// The sign-in as `auth/me` shows it.
    pub fn current(&self, role: Role) -> CurrentSignIn {
        let sign_in = &self.sign_in;
        CurrentSignIn {
            id: sign_in.id,
            kind: sign_in.kind,
            name: sign_in.name.clone(),
            scopes: sign_in.grant.scopes(role),
            unscoped: sign_in.grant.is_unscoped(),
            contexts: sign_in.contexts.clone(),
            expires_at: sign_in.expires_at,
        }
    }

    /// The key as lists show it.
    pub fn key_view(&self, role: Role, current: SignInId, now: Timestamp) -> ApiKeyView {
        let sign_in = &self.sign_in;
        ApiKeyView {
            id: sign_in.id,
            name: sign_in.name.clone(),
            kind: sign_in.kind,
            prefix: sign_in.prefix.clone(),
            last_four: sign_in.last_four.clone(),
            person: self.person.view(),
            scopes: sign_in.grant.scopes(role),
            unscoped: sign_in.grant.is_unscoped(),
            contexts: sign_in.contexts.clone(),
            networks: sign_in.networks.iter().map(ToString::to_string).collect(),
            machine: sign_in.machine.clone(),
            auth_time: sign_in.proof.auth_time,
            amr: sign_in.proof.amr.clone(),
            created_at: sign_in.created_at,
            last_used_at: sign_in.last_used.as_ref().map(|used| used.at),
            last_used_from: sign_in.last_used.as_ref().map(|used| used.address.clone()),
            expires_at: sign_in.expires_at,
            old_secret_until: sign_in.live_overlap(now).map(|overlap| overlap.until),
            paused_at: sign_in.paused.as_ref().map(|pause| pause.at),
            ended_at: sign_in.ended.as_ref().map(|end| end.at),
            end_reason: sign_in.ended.as_ref().map(|end| end.reason.as_str().to_owned()),
            state: match sign_in.state(now) {
                KeyState::Live if sign_in.paused.is_some() => KeyState::Paused,
                state => state,
            },
            current: sign_in.id == current,
        }
    }

    /// The browser session as lists show it.
    pub fn session_view(&self, current: SignInId) -> SessionView {
        let sign_in = &self.sign_in;
        SessionView {
            id: sign_in.id,
            name: sign_in.name.clone(),
            address: sign_in.client.address.to_string(),
            user_agent: sign_in.client.user_agent.clone(),
            created_at: sign_in.created_at,
            last_used_at: sign_in.last_used.as_ref().map(|used| used.at),
            last_used_from: sign_in.last_used.as_ref().map(|used| used.address.clone()),
            expires_at: sign_in.expires_at,
            auth_time: sign_in.proof.auth_time,
            amr: sign_in.proof.amr.clone(),
            current: sign_in.id == current,
        }
    }
}

/// Checks what a machine says of itself.
pub(crate) fn check_machine(machine: &Machine) -> Result<Machine, FieldError> {
    Ok(Machine {
        name: crate::check_name("machine.name", &machine.name)?,
        os: crate::check_name("machine.os", &machine.os)?,
    })
}
