use std::sync::Arc;

use flui_model::Kind;

use super::{End, EndReason, Found, Which};
use crate::{
    Caller, Client, Error, Identity, PresentedSecret, SignedIn,
    audit::{Action, Event},
};

impl Identity {
    /// Answers who is calling. The one path for cookies and keys.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] for a secret that opens nothing, whatever the cause; [`Error::PersonDisabled`] for a good
    /// one of a disabled person.
    pub async fn identify(&self, secret: &PresentedSecret, client: &Client) -> Result<Caller, Error> {
        let hash = match secret {
            PresentedSecret::Session(hash) => *hash,
            PresentedSecret::Key(key) => key.hash(),
        };
        let found = self.store.find_by_secret(&hash).await?.ok_or(Error::InvalidToken)?;
        self.check(&found, secret)?;
        self.use_now(&found, client).await;
        Ok(Caller::SignedIn(SignedIn::new(found, &self.policy)))
    }

    fn check(&self, found: &Found, secret: &PresentedSecret) -> Result<(), Error> {
        let sign_in = &found.sign_in;
        let now = self.clock.now();
        let fits = match secret {
            PresentedSecret::Session(_) => sign_in.kind == Kind::Browser,
            PresentedSecret::Key(key) => sign_in.kind == key.kind(),
        };
        if !fits || sign_in.ended.is_some() || sign_in.expires_at <= now {
            return Err(Error::InvalidToken);
        }
        if sign_in.kind == Kind::Browser {
            let last = sign_in.last_used.as_ref().map_or(sign_in.created_at, |used| used.at);
            if now.since(last) >= self.policy.session_idle {
                return Err(Error::InvalidToken);
            }
        }
        if found.person.disabled_at.is_some() {
            return Err(Error::PersonDisabled);
        }
        Ok(())
    }

    /// Notes the use. The first use of a workstation key ends the keys of the same machine that it replaces: not
    /// earlier, because until then nobody knows that the new key arrived.
    async fn use_now(&self, found: &Arc<Found>, client: &Client) {
        let sign_in = &found.sign_in;
        let now = self.clock.now();
        let first = self.note_use(sign_in, client, now);
        if first && sign_in.kind == Kind::Workstation && sign_in.machine.is_some() {
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
}
