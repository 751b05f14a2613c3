use std::net::IpAddr;

use flui_model::{Kind, PersonId, ScopeSet, SignInId, Timestamp};

use super::{Found, SignIn, identify::check_key};
use crate::{
    Caller, Client, Error, Identity, Key, SecretHash,
    audit::{Action, Event},
    networks,
};

/// What a service may know of a key that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntrospectedKey {
    /// Its id.
    pub id: SignInId,
    /// Its form.
    pub kind: Kind,
    /// Whose it is.
    pub person: PersonId,
    /// All that it may do right now.
    pub scopes: ScopeSet,
    /// The contexts it is bound to, as far as the service is bound to them too; empty means every context.
    pub contexts: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the secret that was presented ends by itself.
    pub expires_at: Timestamp,
}

impl Identity {
    /// Tells a service whether a key that somebody presented to it is good, and what it may do (RFC 7662). `None` for
    /// everything else, whatever the cause: unknown, over, malformed, a session id, bound to contexts that the service
    /// has nothing to do with, or bound to networks that `presented_from` is not in. A service that does not tell the
    /// address gets no key that is bound to networks.
    ///
    /// Changes nothing: a question is no use of the key, and an old secret stays good as long as before.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for every caller but a key of kind `service`.
    pub async fn introspect(
        &self,
        caller: &Caller,
        token: &str,
        presented_from: Option<IpAddr>,
        client: &Client,
    ) -> Result<Option<IntrospectedKey>, Error> {
        let service = caller.signed_in()?;
        if service.sign_in().kind != Kind::Service {
            let event = Event::new(self.now(), Action::KeyIntrospected, Some(client)).by(service);
            let refused = Err(Error::Forbidden("Only a key of kind service may ask about other keys."));
            return self.audit_refusal(event, refused).await;
        }
        // The checksum is tested before anything is looked up.
        let Ok(key) = Key::parse(token) else {
            return Ok(None);
        };
        let hash = key.hash();
        let Some(found) = self.store.find_by_secret(&hash).await? else {
            return Ok(None);
        };
        let now = self.now();
        let is_good = found.sign_in.kind == key.kind()
            && check_key(&found, &hash, now).is_ok()
            && may_be_used_from(&found.sign_in, presented_from);
        let contexts = shared_contexts(&service.sign_in().contexts, &found.sign_in.contexts);
        Ok(contexts.filter(|_| is_good).map(|contexts| IntrospectedKey {
            contexts,
            ..self.describe(&found, &hash, now)
        }))
    }

    fn describe(&self, found: &Found, hash: &SecretHash, now: Timestamp) -> IntrospectedKey {
        let key = &found.sign_in;
        let old_until = key
            .live_overlap(now)
            .filter(|overlap| overlap.secret_hash == *hash)
            .map(|overlap| overlap.until);
        IntrospectedKey {
            id: key.id,
            kind: key.kind,
            person: key.person_id,
            scopes: key.grant.scopes(self.policy.roles.role_of(&found.person.groups)),
            contexts: Vec::new(),
            created_at: key.created_at,
            expires_at: old_until.map_or(key.expires_at, |until| until.min(key.expires_at)),
        }
    }
}

fn may_be_used_from(key: &SignIn, address: Option<IpAddr>) -> bool {
    match address {
        Some(address) => networks::allows(&key.networks, address),
        None => key.networks.is_empty(),
    }
}

/// The contexts of a key that a service may know of; `None`: they have nothing to do with each other. A list that is empty
/// means every context.
fn shared_contexts(of_service: &[String], of_key: &[String]) -> Option<Vec<String>> {
    if of_service.is_empty() || of_key.is_empty() {
        return Some(of_key.to_vec());
    }
    let shared: Vec<String> = of_key
        .iter()
        .filter(|name| of_service.contains(name))
        .cloned()
        .collect();
    (!shared.is_empty()).then_some(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v4_a_service_knows_of_no_context_but_its_own() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let shared = |service: &[&str], key: &[&str]| shared_contexts(&names(service), &names(key));
        assert_eq!(shared(&[], &["prod", "test"]), Some(names(&["prod", "test"])));
        assert_eq!(shared(&["prod"], &[]), Some(Vec::new()), "the key is good everywhere");
        assert_eq!(shared(&["prod"], &["test", "prod"]), Some(names(&["prod"])));
        assert_eq!(shared(&["prod"], &["test"]), None);
        assert_eq!(shared(&["prod"], &["PROD"]), None);
    }
}
