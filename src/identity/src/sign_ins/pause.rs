use flui_model::{PersonId, SignInId, Timestamp, api_keys::KeyState};

use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
    people::admin_only,
};

/// When and by whom a key was paused. Only administrators pause, and only they resume: whoever holds the key cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: PersonId,
}

impl Identity {
    /// Pauses the selected keys, whosever they are, in one transaction: from the return on they are refused with a reason
    /// of their own, and nothing about them is lost. What is paused, over or a browser session stays as it is. Admins
    /// only, in a browser after a fresh sign-in. Answers how many were paused.
    ///
    /// # Errors
    /// [`Error::NotFound`] for callers who are no admin, and when nothing of the selection is left to pause.
    pub async fn pause_keys(&self, caller: &Caller, ids: &[SignInId], client: &Client) -> Result<usize, Error> {
        self.set_paused(caller, ids, Action::KeyPaused, client).await
    }

    /// Resumes the selected keys: what did not end or expire meanwhile works again. As [`Self::pause_keys`] otherwise.
    pub async fn resume_keys(&self, caller: &Caller, ids: &[SignInId], client: &Client) -> Result<usize, Error> {
        self.set_paused(caller, ids, Action::KeyResumed, client).await
    }

    async fn set_paused(
        &self,
        caller: &Caller,
        ids: &[SignInId],
        action: Action,
        client: &Client,
    ) -> Result<usize, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), action, Some(client)).by(signed_in);
        let mut refusal = event.clone();
        refusal.object = ids.first().map(ToString::to_string);
        let result = self.try_set_paused(signed_in, ids, event).await;
        self.audit_refusal(refusal, result).await
    }

    async fn try_set_paused(&self, signed_in: &SignedIn, ids: &[SignInId], event: Event) -> Result<usize, Error> {
        admin_only(signed_in, "key")?;
        signed_in.require_fresh(self.now(), &self.policy)?;
        let pause = (event.action == Action::KeyPaused).then(|| Pause {
            at: event.at,
            by: signed_in.person().id,
        });
        let mut keys = Vec::new();
        for id in ids.iter().take(Self::MOST_SELECTED) {
            let found = self.store.find_sign_in(*id).await?.map(|found| found.sign_in);
            let fits = found.filter(|key| key.kind.is_key() && key.state(event.at) == KeyState::Live);
            keys.extend(fits.map(|key| key.id));
        }
        let changed = self.store.set_keys_paused(&keys, pause.as_ref(), &event).await?;
        if changed.is_empty() {
            Err(Error::NotFound("key"))
        } else {
            Ok(changed.len())
        }
    }
}
