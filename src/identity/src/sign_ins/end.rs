use flui_model::{Area, Depth, FieldError, Kind, Scope, SignInId, sessions::Ended};

use super::{End, EndReason, SignIn, Which};
use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
    logins::LogoutToken,
};

/// The most keys that one act ends by their ids: a whole page of the list.
const MAX_AT_ONCE: usize = 200;

impl Identity {
    /// Ends one key: one's own, or anybody's for an admin. A key may always end itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is absent, somebody else's or ended already: the answers do not differ.
    pub async fn revoke_key(&self, caller: &Caller, id: SignInId, client: &Client) -> Result<Ended, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::KeyRevoked, Some(client)).by(signed_in);
        let mut refusal = event.clone();
        refusal.object = Some(id.to_string());
        let result = self.try_revoke_key(signed_in, id, event).await;
        self.audit_refusal(refusal, result).await
    }

    /// Ends several keys in one transaction. What ended meanwhile is passed over; one that is absent or somebody else's
    /// refuses the whole.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for one key, and when none of them was live.
    pub async fn revoke_keys(&self, caller: &Caller, ids: &[SignInId], client: &Client) -> Result<Ended, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::KeyRevoked, Some(client)).by(signed_in);
        if ids.is_empty() || ids.len() > MAX_AT_ONCE {
            let fault = FieldError::new("id", format!("Choose 1 to {MAX_AT_ONCE} keys."));
            return Err(Error::Invalid(vec![fault]));
        }
        for id in ids {
            let mut refusal = event.clone();
            refusal.object = Some(id.to_string());
            let checked = self.check_revocable(signed_in, *id).await;
            self.audit_refusal(refusal, checked).await?;
        }
        let ended = self
            .end(Which::Ids(ids.to_vec()), Some(signed_in), EndReason::Revoked, event)
            .await?;
        if ended.ended.is_empty() {
            Err(Error::NotFound("key"))
        } else {
            Ok(ended)
        }
    }

    async fn try_revoke_key(&self, signed_in: &SignedIn, id: SignInId, event: Event) -> Result<Ended, Error> {
        self.check_revocable(signed_in, id).await?;
        let ended = self
            .end(Which::Ids(vec![id]), Some(signed_in), EndReason::Revoked, event)
            .await?;
        if ended.ended.is_empty() {
            Err(Error::NotFound("key"))
        } else {
            Ok(ended)
        }
    }

    /// Whether there is such a key, over or not, and the caller may end it.
    async fn check_revocable(&self, signed_in: &SignedIn, id: SignInId) -> Result<(), Error> {
        let found = self
            .store
            .find_sign_in(id)
            .await?
            .filter(|found| found.sign_in.kind.is_key());
        let Some(key) = found.map(|found| found.sign_in) else {
            return Err(Error::NotFound("key"));
        };
        if key.person_id != signed_in.person().id {
            if !signed_in.is_admin() {
                return Err(Error::NotFound("key"));
            }
            signed_in.require_fresh(self.now(), &self.policy)?;
        } else if signed_in.sign_in().id != id {
            signed_in
                .require(Scope::new(Area::Keys, Depth::Destroy))
                .or_else(|refused| {
                    // Read-only people may always end their own keys from a browser: less access is never refused.
                    if signed_in.is_browser() { Ok(()) } else { Err(refused) }
                })?;
        }
        Ok(())
    }

    /// Signs the caller out of the browser session that they call by.
    pub async fn sign_out(&self, caller: &Caller, client: &Client) -> Result<Ended, Error> {
        let signed_in = browser(caller)?;
        let event = Event::new(self.now(), Action::SignInEnded, Some(client)).by(signed_in);
        let which = Which::Ids(vec![signed_in.sign_in().id]);
        self.end(which, Some(signed_in), EndReason::SignedOut, event).await
    }

    /// Ends one of the caller's own browser sessions, from a browser.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is absent, somebody else's or ended already.
    pub async fn end_session(&self, caller: &Caller, id: SignInId, client: &Client) -> Result<Ended, Error> {
        let signed_in = browser(caller)?;
        let event = Event::new(self.now(), Action::SignInEnded, Some(client)).by(signed_in);
        let found = self.store.find_sign_in(id).await?;
        let own = |sign_in: &SignIn| sign_in.kind == Kind::Browser && sign_in.person_id == signed_in.person().id;
        if !found.is_some_and(|found| own(&found.sign_in)) {
            let mut refusal = event;
            refusal.object = Some(id.to_string());
            return self.audit_refusal(refusal, Err(Error::NotFound("session"))).await;
        }
        let reason = if id == signed_in.sign_in().id {
            EndReason::SignedOut
        } else {
            EndReason::SignedOutElsewhere
        };
        let ended = self.end(Which::Ids(vec![id]), Some(signed_in), reason, event).await?;
        if ended.ended.is_empty() {
            Err(Error::NotFound("session"))
        } else {
            Ok(ended)
        }
    }

    /// Ends all of the caller's browser sessions but the one that they call by.
    pub async fn end_other_sessions(&self, caller: &Caller, client: &Client) -> Result<Ended, Error> {
        let signed_in = browser(caller)?;
        let event = Event::new(self.now(), Action::SignInEnded, Some(client)).by(signed_in);
        let which = Which::OtherSessions {
            person: signed_in.person().id,
            except: signed_in.sign_in().id,
        };
        self.end(which, Some(signed_in), EndReason::SignedOutElsewhere, event)
            .await
    }

    /// Ends the browser sessions that a verified logout token names. Keys stay: they have a life of their own, and the
    /// pages say so.
    ///
    /// Answers `None` for a token that was acted on before.
    pub async fn provider_logout(&self, token: &LogoutToken, client: &Client) -> Result<Option<Ended>, Error> {
        if !self.store.remember_logout_token(token).await? {
            let event = Event::new(self.now(), Action::LogoutReceived, Some(client));
            self.store.append_event(&event.refused("replayed")).await?;
            return Ok(None);
        }
        let event = Event::new(self.now(), Action::SignInEnded, Some(client));
        let which = Which::ProviderSession {
            issuer: token.issuer.clone(),
            subject: token.subject.clone(),
            sid: token.sid.clone(),
        };
        self.end(which, None, EndReason::ProviderLogout, event).await.map(Some)
    }

    /// The one path by which sign-ins end.
    pub(crate) async fn end(
        &self,
        which: Which,
        by: Option<&SignedIn>,
        reason: EndReason,
        event: Event,
    ) -> Result<Ended, Error> {
        let end = End {
            at: event.at,
            by: by.map(|signed_in| signed_in.person().id),
            reason,
        };
        let ended = self.store.end_sign_ins(&which, &end, &event).await?;
        Ok(Ended {
            ended: ended.iter().map(|sign_in| sign_in.id).collect(),
            ended_at: end.at,
        })
    }
}

fn browser(caller: &Caller) -> Result<&SignedIn, Error> {
    let signed_in = caller.signed_in()?;
    if signed_in.is_browser() {
        Ok(signed_in)
    } else {
        Err(Error::Forbidden(
            "Only a browser session may do that. Sign in to the dashboard.",
        ))
    }
}
