//! The exchange: a short-lived OpenID bearer for a long-lived workstation key.

use flui_model::{FieldError, Kind, PersonId, ScopeSet, SignInId, Timestamp, api_keys::Machine};

use crate::{
    Client, Error, Identity, Key, Policy, SecretHash,
    audit::{Action, Event},
    check_name, check_networks,
    people::ProvenPerson,
    sign_ins::{CreatedKey, Grant, GrantRequest, NewSignIn, Proof, Retry, SignIn, SpentBearer, check_machine},
};

/// A bearer that the relying party verified: signature, issuer, audience, times and kind.
#[derive(Clone, Debug)]
pub struct VerifiedBearer {
    /// Whom it proves.
    pub person: ProvenPerson,
    /// How and when they were proven.
    pub proof: Proof,
    /// SHA-256 of the bearer.
    pub hash: SecretHash,
    /// When it expires, with leeway.
    pub expires_at: Timestamp,
}

/// The workstation key that is wanted.
#[derive(Clone, Debug)]
pub struct ExchangeKey {
    /// Its name, not yet checked.
    pub name: String,
    /// When it ends by itself; the policy's life of a workstation key if none is given, and at most that.
    pub expires_at: Option<Timestamp>,
    /// What it may do.
    pub grant: GrantRequest,
    /// The context to bind it to.
    pub context: Option<String>,
    /// The machine that will hold it.
    pub machine: Option<Machine>,
    /// The networks that it may be used from, not yet checked; none means everywhere.
    pub networks: Vec<String>,
    /// The name of the request, if it may come again.
    pub retry: Option<Retry>,
}

impl Identity {
    /// Exchanges a bearer for a workstation key. Each bearer buys one key. An older key of the same person, machine and
    /// contexts ends when the new one is first used; the new one ends when that does not happen soon. A request that comes
    /// again under its name gets a new secret for the key that it bought, in place of the lost one.
    pub async fn exchange_key(
        &self,
        bearer: VerifiedBearer,
        wanted: ExchangeKey,
        client: &Client,
    ) -> Result<CreatedKey, Error> {
        let event = Event::new(self.now(), Action::KeyExchanged, Some(client));
        self.refuse_disabled(&bearer.person, event.clone()).await?;
        let result = self.try_exchange_key(bearer, wanted, client, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_exchange_key(
        &self,
        bearer: VerifiedBearer,
        wanted: ExchangeKey,
        client: &Client,
        mut event: Event,
    ) -> Result<CreatedKey, Error> {
        let now = self.now();
        let mut faults = Vec::new();
        let name = check_name("name", &wanted.name)
            .map_err(|fault| faults.push(fault))
            .ok();
        let machine = wanted
            .machine
            .as_ref()
            .and_then(|machine| check_machine(machine).map_err(|fault| faults.push(fault)).ok());
        let contexts = self
            .check_context(wanted.context.as_deref())
            .await?
            .map_err(|fault| faults.push(fault))
            .unwrap_or_default();
        let networks = check_networks(&wanted.networks)
            .map_err(|fault| faults.push(fault))
            .unwrap_or_default();
        let latest = now + self.policy.workstation_age;
        let expires_at = wanted.expires_at.unwrap_or(latest).min(latest);
        if expires_at <= now {
            faults.push(FieldError::new("expiresAt", "Choose a time in the future."));
        }
        let Some(name) = name.filter(|_| faults.is_empty()) else {
            return Err(Error::Invalid(faults));
        };
        let grant = wanted.grant.resolve()?;
        if let Grant::Scopes(scopes) = &grant {
            let groups = self.groups_of(&bearer.person).await?;
            let allowed = ScopeSet::of_role(self.policy.roles.role_of(&groups));
            if let Some(scope) = scopes.iter().find(|scope| !allowed.contains(*scope)) {
                return Err(Error::ScopeTooWide(scope.to_string()));
            }
        }

        let key = Key::generate(Kind::Workstation, &*self.random);
        let sign_in = SignIn {
            id: SignInId::from_uuid(self.new_id()),
            person_id: PersonId::from_uuid(self.new_id()),
            kind: Kind::Workstation,
            name,
            secret_hash: key.hash(),
            prefix: key.prefix().to_owned(),
            last_four: key.last_four().to_owned(),
            grant,
            contexts,
            networks,
            proof: bearer.proof,
            client: client.clone(),
            machine,
            made_by: None,
            created_at: now,
            last_used: None,
            expires_at,
            rotated_at: None,
            overlap: None,
            paused: None,
            ended: None,
        };
        event = event.about(&sign_in);
        event.actor = Some(sign_in.person_id);
        event.sign_in = Some(sign_in.id);
        let new = NewSignIn {
            sign_in,
            seen: Some(bearer.person),
            spent_bearer: Some(SpentBearer {
                hash: bearer.hash,
                expires_at: bearer.expires_at,
            }),
            keep_at_most: None,
            request: wanted.retry.map(|retry| retry.of(bearer.hash.as_bytes(), now)),
            unused_until: Some(now + Policy::UNUSED_AGE),
        };
        if new.request.is_some() {
            // Whether the first answer arrived shows in uses, some of which are known in memory alone.
            self.flush_uses().await;
        }
        let found = self.store.insert_sign_in(&new, &event).await?;
        Ok(CreatedKey { key, found })
    }

    /// The values of the roles claim that count: the proof's, or those of the last sign-in when it says nothing of them.
    async fn groups_of(&self, proven: &ProvenPerson) -> Result<Vec<String>, Error> {
        if let Some(groups) = &proven.groups {
            return Ok(groups.clone());
        }
        let known = self
            .store
            .find_person_by_subject(&proven.issuer, &proven.subject)
            .await?;
        Ok(known.map(|person| person.groups).unwrap_or_default())
    }
}
