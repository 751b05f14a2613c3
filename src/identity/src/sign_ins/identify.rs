use std::sync::Arc;

use flui_model::{Kind, Timestamp};

use super::{End, EndReason, Found, KeyRefusal, RefusedKey, Which};
use crate::{
    Caller, Client, Error, Identity, Policy, PresentedSecret, SecretHash, SignedIn,
    audit::{Action, Event},
    networks,
};

impl Identity {
    /// Answers who is calling. The one path for cookies and keys.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] for a secret that is not known, and for a session that opens nothing;
    /// [`Error::KeyRefused`] for a key that is known and opens nothing; [`Error::PersonDisabled`] for a session of a
    /// disabled person.
    pub async fn identify(&self, secret: &PresentedSecret, client: &Client) -> Result<Caller, Error> {
        let hash = match secret {
            PresentedSecret::Session(hash) => *hash,
            PresentedSecret::Key(key) => key.hash(),
        };
        let found = self.store.find_by_secret(&hash).await?.ok_or(Error::InvalidToken)?;
        let now = self.clock.now();
        let checked = match secret {
            PresentedSecret::Session(_) => self.check_session(&found, now),
            PresentedSecret::Key(key) if found.sign_in.kind == key.kind() => {
                let checked = check_key(&found, &hash, now).and_then(|()| check_network(&found, client));
                checked.map_err(|why| {
                    let id = found.sign_in.id;
                    Error::KeyRefused(RefusedKey { id, why })
                })
            }
            PresentedSecret::Key(_) => Err(Error::InvalidToken),
        };
        if let Err(error) = checked {
            self.audit_refused_key(&found.sign_in, &error, client).await;
            return Err(error);
        }
        self.use_now(&found, &hash, client, now).await;
        Ok(Caller::SignedIn(SignedIn::new(
            found,
            &self.policy,
            now,
            Arc::clone(&self.uses),
        )))
    }

    fn check_session(&self, found: &Found, now: Timestamp) -> Result<(), Error> {
        let sign_in = &found.sign_in;
        if sign_in.kind != Kind::Browser || sign_in.ended.is_some() || sign_in.expires_at <= now {
            return Err(Error::InvalidToken);
        }
        let last = sign_in.last_used.as_ref().map_or(sign_in.created_at, |used| used.at);
        // A time in the future would never grow idle, nor would a session that begins there end: the clock was set back
        // while the server was down, and nobody can tell any more how old they are.
        let is_from_future = last > now + Policy::CLOCK_ALLOWANCE || sign_in.created_at > now + Policy::CLOCK_ALLOWANCE;
        if is_from_future || now.since(last) >= self.policy.session_idle {
            return Err(Error::InvalidToken);
        }
        if found.person.disabled_at.is_some() {
            return Err(Error::PersonDisabled);
        }
        Ok(())
    }

    /// Notes the use. The first use of a new key or secret ends what it replaces: not earlier, because until then nobody
    /// knows that it arrived.
    async fn use_now(&self, found: &Found, hash: &SecretHash, client: &Client, now: Timestamp) {
        let sign_in = &found.sign_in;
        let old_secret = sign_in.secret_hash != *hash;
        let first = self.uses.note(sign_in, old_secret, client, now);
        if !old_secret && sign_in.live_overlap(now).is_some() {
            self.end_old_secret(found, client, now).await;
        }
        if first && sign_in.kind == Kind::Workstation {
            self.end_replaced_keys(found, client, now).await;
        }
    }

    async fn end_old_secret(&self, found: &Found, client: &Client, now: Timestamp) {
        let sign_in = &found.sign_in;
        let mut event = Event::new(now, Action::KeySecretEnded, Some(client)).about(sign_in);
        event.actor = Some(sign_in.person_id);
        event.sign_in = Some(sign_in.id);
        event.reason = Some("new_secret_used".to_owned());
        if let Err(error) = self
            .store
            .end_old_secret(sign_in.id, &sign_in.secret_hash, &event)
            .await
        {
            tracing::error!(%error, sign_in = %sign_in.id, "the old secret of a rotated key could not be ended");
        }
    }

    async fn end_replaced_keys(&self, found: &Found, client: &Client, now: Timestamp) {
        let sign_in = &found.sign_in;
        let end = End {
            at: now,
            by: Some(sign_in.person_id),
            reason: EndReason::Replaced,
        };
        let mut event = Event::new(now, Action::KeyRevoked, Some(client));
        event.actor = Some(sign_in.person_id);
        event.sign_in = Some(sign_in.id);
        let which = Which::ReplacedBy(sign_in.id);
        if let Err(error) = self.store.end_sign_ins(&which, &end, &event).await {
            tracing::error!(%error, sign_in = %sign_in.id, "replaced keys could not be ended");
        }
    }
}

/// Whether a known key is good at `now`, wherever it comes from.
pub(super) fn check_key(found: &Found, hash: &SecretHash, now: Timestamp) -> Result<(), KeyRefusal> {
    let key = &found.sign_in;
    let is_good = key.secret_hash == *hash
        || key
            .live_overlap(now)
            .is_some_and(|overlap| overlap.secret_hash == *hash);
    let why = if !is_good {
        KeyRefusal::Rotated
    } else if let Some(end) = &key.ended {
        KeyRefusal::Ended(end.reason, end.at)
    } else if key.expires_at <= now {
        KeyRefusal::Expired(key.expires_at)
    } else if found.person.disabled_at.is_some() {
        KeyRefusal::PersonDisabled
    } else if let Some(pause) = &key.paused {
        KeyRefusal::Paused(pause.at)
    } else {
        return Ok(());
    };
    Err(why)
}

fn check_network(found: &Found, client: &Client) -> Result<(), KeyRefusal> {
    if networks::allows(&found.sign_in.networks, client.address) {
        Ok(())
    } else {
        Err(KeyRefusal::Network(client.address))
    }
}
