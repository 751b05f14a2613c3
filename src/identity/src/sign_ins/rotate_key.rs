use std::time::Duration;

use flui_model::{FieldError, SignInId, Timestamp};

use super::{CreatedKey, KeyChange, LastUse, NewSecret, SignIn};
use crate::{
    Caller, Client, Error, Identity, Key, Policy, SecretHash, SignedIn,
    audit::{Action, Event},
};

/// The time in which a rotated key has two secrets. The first use of the new one ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// What is kept of the old secret.
    pub secret_hash: SecretHash,
    /// How long the old secret stays good at most.
    pub until: Timestamp,
    /// When and from where the old secret was last used since the rotation, to the minute.
    pub last_used: Option<LastUse>,
}

impl Policy {
    /// How long the old secret of a rotated key stays good when nothing else was asked for.
    pub const DEFAULT_OVERLAP: Duration = Duration::from_hours(24);
    /// The longest that it may stay good.
    pub const MAX_OVERLAP: Duration = Duration::from_hours(7 * 24);
}

impl SignIn {
    /// The old secret, if it is good at `now`.
    pub fn live_overlap(&self, now: Timestamp) -> Option<&Overlap> {
        self.overlap.as_ref().filter(|overlap| overlap.until > now)
    }
}

impl Identity {
    /// Gives one of the caller's own live keys a new secret. The one in use stays good for the overlap, or until the new
    /// one is first used. Rotating again before that replaces the new secret, which nobody has used, and never the one
    /// in use: a form that was sent twice breaks nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is absent, somebody else's or over already.
    pub async fn rotate_key(
        &self,
        caller: &Caller,
        id: SignInId,
        overlap: Duration,
        client: &Client,
    ) -> Result<CreatedKey, Error> {
        let signed_in = caller.signed_in()?;
        let event = self.key_event(Action::KeyRotated, signed_in, id, client);
        let result = self.try_rotate_key(signed_in, id, overlap, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_rotate_key(
        &self,
        signed_in: &SignedIn,
        id: SignInId,
        overlap: Duration,
        event: Event,
    ) -> Result<CreatedKey, Error> {
        let old = self.own_key(signed_in, id).await?;
        signed_in.require_fresh(self.now(), &self.policy)?;
        if overlap > Policy::MAX_OVERLAP {
            let fault = FieldError::new("overlapSeconds", "Choose at most 7 days (604800 seconds).");
            return Err(Error::Invalid(vec![fault]));
        }
        let key = Key::generate(old.kind, &*self.random);
        let change = KeyChange::Secret(NewSecret {
            secret_hash: key.hash(),
            prefix: key.prefix().to_owned(),
            last_four: key.last_four().to_owned(),
            old_until: (!overlap.is_zero()).then(|| (event.at + overlap).min(old.expires_at)),
        });
        let found = self.change_key(id, change, &event.about(&old)).await?;
        Ok(CreatedKey { key, found })
    }
}
