use flui_model::{
    Area, Depth, FieldError, Kind, Scope, ScopeSet, SignInId, Timestamp,
    api_keys::{ApiKeyGroup, ApiKeyGroups, CreateApiKey, CreatedApiKey},
};

use ipnet::IpNet;

use super::{Found, Grant, NewSignIn, Retry, SignIn, extend_key::GRACE};
use crate::{
    Caller, Client, Error, Identity, Key, Policy, SignedIn,
    audit::{Action, Event},
    check_name, check_networks, networks,
};

/// The key that is wanted.
#[derive(Clone, Debug)]
pub struct CreateKey {
    /// Its name, not yet checked.
    pub name: String,
    /// `ci` or `service`.
    pub kind: Kind,
    /// When it ends by itself; the default of the policy if none is given.
    pub expires_at: Option<Timestamp>,
    /// What it may do.
    pub grant: GrantRequest,
    /// The context to bind it to.
    pub context: Option<String>,
    /// The networks that it may be used from, not yet checked; none means everywhere.
    pub networks: Vec<String>,
    /// The name of the request, if it may come again.
    pub retry: Option<Retry>,
}

/// What a key is to be allowed, as it was asked for: exactly one of the three must be there.
#[derive(Clone, Debug, Default)]
pub struct GrantRequest {
    /// All that the person may.
    pub unscoped: bool,
    /// Exact rights, as text.
    pub scopes: Option<Vec<String>>,
    /// Areas with a depth and all that is shallower, as text.
    pub groups: Option<Vec<String>>,
}

/// A key that was made or got a new secret, with its secret in clear, this once.
#[derive(Debug)]
pub struct CreatedKey {
    /// The secret.
    pub key: Key,
    /// What was written.
    pub found: Found,
}

impl CreatedKey {
    /// The answer that gives the key away.
    pub fn view(&self, policy: &Policy) -> CreatedApiKey {
        let sign_in = &self.found.sign_in;
        let role = policy.roles.role_of(&self.found.person.groups);
        CreatedApiKey {
            id: sign_in.id,
            name: sign_in.name.clone(),
            key: self.key.expose().to_owned(),
            kind: sign_in.kind,
            prefix: sign_in.prefix.clone(),
            scopes: sign_in.grant.scopes(role),
            unscoped: sign_in.grant.is_unscoped(),
            contexts: sign_in.contexts.clone(),
            networks: sign_in.networks.iter().map(ToString::to_string).collect(),
            expires_at: sign_in.expires_at,
            created_at: sign_in.created_at,
            old_secret_until: sign_in.overlap.as_ref().map(|overlap| overlap.until),
        }
    }
}

impl From<&CreateApiKey> for GrantRequest {
    fn from(body: &CreateApiKey) -> Self {
        Self {
            unscoped: body.unscoped.unwrap_or(false),
            scopes: body.scopes.clone(),
            groups: body.groups.clone(),
        }
    }
}

impl GrantRequest {
    /// Reads the request against the catalogue.
    pub(crate) fn resolve(&self) -> Result<Grant, Error> {
        let asked =
            usize::from(self.unscoped) + usize::from(self.scopes.is_some()) + usize::from(self.groups.is_some());
        if asked != 1 {
            return Err(Error::InvalidScope(
                "Say what the key may do by exactly one of unscoped, scopes and groups.".to_owned(),
            ));
        }
        if self.unscoped {
            return Ok(Grant::Unscoped);
        }
        let parse = |text: &String| {
            text.parse::<Scope>()
                .map_err(|error| Error::InvalidScope(format!("There is no scope like “{}”: {error}.", shorten(text))))
        };
        let scopes: ScopeSet = if let Some(scopes) = &self.scopes {
            scopes.iter().map(parse).collect::<Result<_, _>>()?
        } else {
            let groups = self.groups.iter().flatten().map(parse).collect::<Result<Vec<_>, _>>()?;
            groups
                .into_iter()
                .flat_map(|group| ScopeSet::of_group(group).iter().collect::<Vec<_>>())
                .collect()
        };
        if scopes.is_empty() {
            return Err(Error::InvalidScope("Choose at least one scope for the key.".to_owned()));
        }
        Ok(Grant::Scopes(scopes))
    }
}

/// Foreign text in a sentence of ours, cut so that the sentence stays one.
fn shorten(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

impl Identity {
    /// Makes a CI or service key for the caller. The grant is never wider than the caller's own, and is refused
    /// whole, never trimmed. A request that comes again under its name gives the key that it made a new secret in place of
    /// the lost one.
    pub async fn create_key(&self, caller: &Caller, wanted: CreateKey, client: &Client) -> Result<CreatedKey, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::KeyCreated, Some(client)).by(signed_in);
        let result = self.try_create_key(signed_in, wanted, client, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_create_key(
        &self,
        signed_in: &SignedIn,
        wanted: CreateKey,
        client: &Client,
        event: Event,
    ) -> Result<CreatedKey, Error> {
        let now = self.now();
        signed_in.require(Scope::new(Area::Keys, Depth::Change))?;
        signed_in.require_fresh(now, &self.policy)?;

        let mut faults = Vec::new();
        let name = check_name("name", &wanted.name)
            .map_err(|fault| faults.push(fault))
            .ok();
        if !matches!(wanted.kind, Kind::Ci | Kind::Service) {
            faults.push(FieldError::new(
                "kind",
                "Choose ci or service. Workstation keys come from flui auth login.",
            ));
        }
        let expires_at = self
            .check_expiry(now, wanted.expires_at)
            .map_err(|fault| faults.push(fault))
            .unwrap_or(now);
        let contexts = self
            .check_context(wanted.context.as_deref())
            .await?
            .map_err(|fault| faults.push(fault))
            .unwrap_or_default();
        let networks = check_networks(&wanted.networks)
            .map_err(|fault| faults.push(fault))
            .unwrap_or_default();
        let Some(name) = name.filter(|_| faults.is_empty()) else {
            return Err(Error::Invalid(faults));
        };
        let grant = wanted.grant.resolve()?;
        check_width(signed_in, &grant, &contexts, &networks)?;

        let key = Key::generate(wanted.kind, &*self.random);
        let sign_in = SignIn {
            id: SignInId::from_uuid(self.new_id()),
            person_id: signed_in.person().id,
            kind: wanted.kind,
            name,
            secret_hash: key.hash(),
            prefix: key.prefix().to_owned(),
            last_four: key.last_four().to_owned(),
            grant,
            contexts,
            networks,
            proof: signed_in.sign_in().proof.clone(),
            client: client.clone(),
            machine: None,
            made_by: Some(signed_in.sign_in().id),
            created_at: now,
            last_used: None,
            expires_at,
            rotated_at: None,
            overlap: None,
            paused: None,
            ended: None,
        };
        let event = event.about(&sign_in);
        let new = NewSignIn {
            sign_in,
            seen: None,
            spent_bearer: None,
            keep_at_most: None,
            request: wanted
                .retry
                .map(|retry| retry.of(signed_in.sign_in().id.as_uuid().as_bytes(), now)),
            unused_until: None,
        };
        if new.request.is_some() {
            // Whether the first answer arrived shows in uses, some of which are known in memory alone.
            self.flush_uses().await;
        }
        let found = self.store.insert_sign_in(&new, &event).await?;
        Ok(CreatedKey { key, found })
    }

    fn check_expiry(&self, now: Timestamp, asked: Option<Timestamp>) -> Result<Timestamp, FieldError> {
        let latest = now + self.policy.keys_max_age;
        let Some(asked) = asked else {
            return Ok(now + Policy::DEFAULT_KEY_AGE.min(self.policy.keys_max_age));
        };
        if asked <= now {
            Err(FieldError::new("expires", "Choose a time in the future."))
        } else if asked > latest + GRACE {
            Err(FieldError::new(
                "expires",
                format!("Keys live at most until {} here.", latest.to_date()),
            ))
        } else {
            Ok(asked.min(latest))
        }
    }

    pub(crate) async fn check_context(&self, name: Option<&str>) -> Result<Result<Vec<String>, FieldError>, Error> {
        let Some(name) = name else { return Ok(Ok(Vec::new())) };
        let found = self.store.find_context(name).await?;
        Ok(found
            .map(|context| vec![context.name])
            .ok_or_else(|| FieldError::new("context", "There is no context of that name. Leave it empty for all.")))
    }

    /// The catalogue of scopes, and which of them the caller may give to a key.
    pub fn list_key_groups(&self, caller: &Caller) -> Result<ApiKeyGroups, Error> {
        let own = caller.signed_in()?.scopes();
        let groups = ScopeSet::all()
            .iter()
            .map(|id| {
                let scopes = ScopeSet::of_group(id);
                ApiKeyGroup {
                    id,
                    area: id.area,
                    depth: id.depth,
                    grantable: scopes.is_subset(own),
                    description: id.sentence(),
                    scopes,
                }
            })
            .collect();
        Ok(ApiKeyGroups { groups })
    }
}

/// Refuses a grant, contexts or networks that are wider than the caller's own.
pub(super) fn check_width(
    signed_in: &SignedIn,
    grant: &Grant,
    contexts: &[String],
    networks: &[IpNet],
) -> Result<(), Error> {
    let own = &signed_in.sign_in().grant;
    match grant {
        Grant::Unscoped if !own.is_unscoped() => {
            return Err(Error::ScopeTooWide("everything".to_owned()));
        }
        Grant::Unscoped => {}
        Grant::Scopes(scopes) => {
            let allowed = signed_in.scopes();
            if let Some(scope) = scopes.iter().find(|scope| !allowed.contains(*scope)) {
                return Err(Error::ScopeTooWide(scope.to_string()));
            }
        }
    }
    let bound = &signed_in.sign_in().contexts;
    let inside = |context: &String| bound.contains(context);
    if !bound.is_empty() && (contexts.is_empty() || !contexts.iter().all(inside)) {
        return Err(Error::ScopeTooWide(format!("contexts other than {}", bound.join(", "))));
    }
    if !networks::covers(&signed_in.sign_in().networks, networks) {
        return Err(Error::ScopeTooWide("networks other than your own".to_owned()));
    }
    Ok(())
}
