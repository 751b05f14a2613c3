use flui_model::{Kind, PersonId, SignInId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Grant, NewSignIn, Proof, SignIn};
use crate::{
    Client, Error, Identity, Policy, SecretHash, agent_name,
    audit::{Action, Event},
    people::ProvenPerson,
};

/// A browser session that may begin: all but its secret, which the session layer makes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewSession {
    id: SignInId,
    /// Taken by the person if they have not been seen before.
    person_id: PersonId,
    person: ProvenPerson,
    proof: Proof,
    client: Client,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl NewSession {
    /// When the session ends at the latest.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The sign-in to write and its event, now that the session has its secret.
    pub fn with_secret(self, secret_hash: SecretHash) -> (NewSignIn, Event) {
        let sign_in = SignIn {
            id: self.id,
            person_id: self.person_id,
            kind: Kind::Browser,
            name: agent_name(&self.client.user_agent),
            secret_hash,
            prefix: String::new(),
            last_four: String::new(),
            grant: Grant::Unscoped,
            contexts: Vec::new(),
            networks: Vec::new(),
            proof: self.proof,
            client: self.client,
            machine: None,
            made_by: None,
            created_at: self.created_at,
            last_used: None,
            expires_at: self.expires_at,
            rotated_at: None,
            overlap: None,
            paused: None,
            ended: None,
        };
        let mut event = Event::new(self.created_at, Action::SignInStarted, Some(&sign_in.client)).about(&sign_in);
        event.actor = Some(self.person_id);
        event.sign_in = Some(sign_in.id);
        let new = NewSignIn {
            sign_in,
            seen: Some(self.person),
            spent_bearer: None,
            keep_at_most: Some(Policy::MAX_SESSIONS),
            request: None,
            unused_until: None,
        };
        (new, event)
    }
}

impl Identity {
    /// Lets a person whom the provider just proved begin a browser session.
    ///
    /// # Errors
    /// [`Error::PersonDisabled`], which is written to the audit log.
    pub async fn start_session(
        &self,
        person: ProvenPerson,
        proof: Proof,
        client: &Client,
    ) -> Result<NewSession, Error> {
        let now = self.now();
        let event = Event::new(now, Action::SignInStarted, Some(client));
        self.refuse_disabled(&person, event).await?;
        Ok(NewSession {
            id: SignInId::from_uuid(self.new_id()),
            person_id: PersonId::from_uuid(self.new_id()),
            person,
            proof,
            client: client.clone(),
            created_at: now,
            expires_at: now + self.policy.session_absolute,
        })
    }

    /// Refuses a person whose access an admin removed here.
    pub(crate) async fn refuse_disabled(&self, proven: &ProvenPerson, mut event: Event) -> Result<(), Error> {
        let known = self
            .store
            .find_person_by_subject(&proven.issuer, &proven.subject)
            .await?;
        let Some(person) = known.filter(|person| person.disabled_at.is_some()) else {
            return Ok(());
        };
        event.actor = Some(person.id);
        event.owner = Some(person.id);
        self.audit_refusal(event, Err(Error::PersonDisabled)).await
    }
}
