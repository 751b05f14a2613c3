//! The audit log: who did what to what, from where, with which sign-in, and how it went.
//!
//! An event is written in the transaction of its act, or by itself when the act was refused.

mod action;
pub mod chain;

use std::net::IpAddr;

use flui_model::{AppClientId, PersonId, SignInId, Timestamp, audit::AuditEventView};
use serde::{Deserialize, Serialize};

use crate::{
    Caller, Client, Error, Identity, SignedIn,
    apps::App,
    people::Person,
    sign_ins::{EndReason, SignIn},
};

pub use action::{Action, Outcome};

/// A row to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: Action,
    /// How it went.
    pub outcome: Outcome,
    /// Why, as a stable word.
    pub reason: Option<String>,
    /// Who; nobody for the provider, the system and strangers.
    pub actor: Option<PersonId>,
    /// With which sign-in.
    pub sign_in: Option<SignInId>,
    /// To what: an id or a context's name.
    pub object: Option<String>,
    /// The name of what it was done to.
    pub object_name: Option<String>,
    /// Whose it is; this person sees the row too.
    pub owner: Option<PersonId>,
    /// From where.
    pub client: Option<Client>,
}

impl Event {
    /// An event about nothing yet, by nobody.
    pub fn new(at: Timestamp, action: Action, client: Option<&Client>) -> Self {
        Self {
            at,
            action,
            outcome: Outcome::Done,
            reason: None,
            actor: None,
            sign_in: None,
            object: None,
            object_name: None,
            owner: None,
            client: client.cloned(),
        }
    }

    /// Says who did it, and with which sign-in.
    #[must_use]
    pub fn by(mut self, signed_in: &SignedIn) -> Self {
        self.actor = Some(signed_in.person().id);
        self.sign_in = Some(signed_in.sign_in().id);
        self
    }

    /// Says that it was done to this sign-in.
    #[must_use]
    pub fn about(mut self, sign_in: &SignIn) -> Self {
        self.object = Some(sign_in.id.to_string());
        self.object_name = Some(sign_in.name.clone());
        self.owner = Some(sign_in.person_id);
        self
    }

    /// Says that this sign-in was found somewhere: the place, if it is told, stands where the name would.
    #[must_use]
    pub fn about_find(self, sign_in: &SignIn) -> Self {
        let place = self.object_name.clone();
        let event = self.about(sign_in);
        Self {
            object_name: place.or_else(|| event.object_name.clone()),
            ..event
        }
    }

    /// Says that it was done to the context of this name.
    #[must_use]
    pub fn about_context(mut self, name: &str) -> Self {
        // Foreign text that never was a name is kept short.
        let name: String = name.chars().take(64).collect();
        self.object = Some(name.clone());
        self.object_name = Some(name);
        self
    }

    /// Says that it was done at this app.
    #[must_use]
    pub fn about_app(mut self, app: &App) -> Self {
        self.object = Some(app.host.to_string());
        self.object_name = Some(app.name.clone());
        self
    }

    /// Says that it was done to this app client, or to one of this name that is not there yet.
    #[must_use]
    pub fn about_app_client(mut self, id: Option<AppClientId>, name: &str) -> Self {
        let name: String = name.chars().take(64).collect();
        self.object = id.map(|id| id.to_string());
        self.object_name = Some(name).filter(|name| !name.is_empty());
        self
    }

    /// Says that it was done to this person.
    #[must_use]
    pub fn about_person(mut self, person: &Person) -> Self {
        self.object = Some(person.id.to_string());
        self.object_name = Some(person.display_name().to_owned());
        self.owner = Some(person.id);
        self
    }

    /// Says that this sign-in was ended for that reason. The action follows from its kind.
    #[must_use]
    pub fn about_end(self, sign_in: &SignIn, reason: EndReason) -> Self {
        let action = if sign_in.kind.is_key() {
            Action::KeyRevoked
        } else {
            Action::SignInEnded
        };
        Self {
            action,
            reason: Some(reason.as_str().to_owned()),
            ..self.about(sign_in)
        }
    }

    /// Says that this key got another secret, because the answer that held the first was lost.
    #[must_use]
    pub fn about_retry(self, sign_in: &SignIn) -> Self {
        Self {
            action: Action::KeyRotated,
            reason: Some("answer_lost".to_owned()),
            ..self.about(sign_in)
        }
    }

    /// Says that it was refused, and why.
    #[must_use]
    pub fn refused(mut self, reason: impl Into<String>) -> Self {
        self.outcome = Outcome::Refused;
        self.reason = Some(reason.into());
        self
    }
}

/// A row as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its place in the log.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What, as its stable name.
    pub action: String,
    /// How it went, as its stable name.
    pub outcome: String,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub actor: Option<PersonId>,
    /// The name of who did it, as claimed last.
    pub actor_name: Option<String>,
    /// With which sign-in.
    pub sign_in: Option<SignInId>,
    /// To what.
    pub object: Option<String>,
    /// The name of what it was done to.
    pub object_name: Option<String>,
    /// From where.
    pub address: Option<IpAddr>,
    /// The user agent.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: Option<String>,
}

impl RecordedEvent {
    /// The row as the API shows it.
    pub fn view(self) -> AuditEventView {
        AuditEventView {
            seq: self.seq,
            at: self.at,
            action: self.action,
            outcome: self.outcome,
            reason: self.reason,
            actor: self.actor,
            actor_name: self.actor_name,
            sign_in: self.sign_in,
            object: self.object,
            object_name: self.object_name,
            address: self.address,
            user_agent: self.user_agent,
            request_id: self.request_id,
        }
    }
}

/// Which events to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only what this person did, or what was done to what is theirs.
    pub person: Option<PersonId>,
    /// Only what was done to this sign-in or with it.
    pub about: Option<SignInId>,
    /// Only this action, by its stable name.
    pub action: Option<String>,
    /// Only this outcome, by its stable name.
    pub outcome: Option<String>,
    /// Only from this moment on.
    pub since: Option<Timestamp>,
}

/// Reads from when on events are wanted: a time (RFC 3339), or a day that begins at midnight UTC.
pub fn since(text: &str) -> Option<Timestamp> {
    let time = text.parse().ok();
    time.or_else(|| format!("{text}T00:00:00Z").parse().ok())
}

impl Identity {
    /// Events, newest first: one's own, or everybody's for an admin who asks for them by leaving `filter.person` empty.
    pub async fn list_events(
        &self,
        caller: &Caller,
        mut filter: EventFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, Error> {
        let signed_in = caller.signed_in()?;
        if !signed_in.is_admin() {
            filter.person = Some(signed_in.person().id);
        }
        Ok(self.store.list_events(&filter, before, limit).await?)
    }

    /// Writes down that a server of this version began to serve, on a database of this schema and with the configuration
    /// of this fingerprint. It serves even if that cannot be written.
    pub async fn record_start(&self, version: &str, schema: i64, configuration: &str) {
        let mut event = Event::new(self.now(), Action::ServerStarted, None);
        event.object = Some(configuration.to_owned());
        event.object_name = Some(format!("version {version}, schema {schema}"));
        if let Err(error) = self.store.append_event(&event).await {
            tracing::error!(%error, "the start could not be written to the audit log");
        }
    }

    /// Writes down that a sign-in, an exchange or a logout token was refused before anybody was known.
    ///
    /// The refusal stands even if it cannot be written.
    pub async fn record_refusal(&self, action: Action, reason: &str, client: &Client) {
        let event = Event::new(self.now(), action, Some(client)).refused(reason);
        if let Err(error) = self.store.append_event(&event).await {
            tracing::error!(%error, reason, "a refusal could not be written to the audit log");
        }
    }

    /// Passes `result` on, and writes a refusal down on the way. A refusal stands even if it cannot be written.
    pub(crate) async fn audit_refusal<T: Send>(&self, event: Event, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result
            && error.is_refusal()
        {
            let event = event.refused(error.code().as_str());
            if let Err(failure) = self.store.append_event(&event).await {
                tracing::error!(error = %failure, "a refusal could not be written to the audit log");
            }
        }
        result
    }
}
