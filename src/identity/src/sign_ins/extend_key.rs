use std::time::Duration;

use flui_model::{FieldError, Kind, SignInId, Timestamp};

use super::{KeyChange, SignIn};
use crate::{
    Caller, Client, Error, Identity, Policy, SignedIn,
    audit::{Action, Event},
};

/// A person who asks for the longest life should get it although the form took a moment to arrive.
pub(super) const GRACE: Duration = Duration::from_hours(1);

impl Policy {
    /// The latest moment that the key can be extended to: no secret lives longer than the policy allows, counted from
    /// when it was made.
    pub(super) fn latest_end(&self, key: &SignIn) -> Timestamp {
        let age = match key.kind {
            Kind::Workstation => self.workstation_age,
            _ => self.keys_max_age,
        };
        key.rotated_at.unwrap_or(key.created_at) + age
    }
}

impl Identity {
    /// Makes the life of one of the caller's own live keys longer, within the policy.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is absent, somebody else's or over already: what is over stays over.
    pub async fn extend_key(
        &self,
        caller: &Caller,
        id: SignInId,
        until: Timestamp,
        client: &Client,
    ) -> Result<(), Error> {
        let signed_in = caller.signed_in()?;
        let event = self.key_event(Action::KeyExtended, signed_in, id, client);
        let result = self.try_extend_key(signed_in, id, until, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_extend_key(
        &self,
        signed_in: &SignedIn,
        id: SignInId,
        until: Timestamp,
        event: Event,
    ) -> Result<(), Error> {
        let key = self.own_key(signed_in, id).await?;
        signed_in.require_fresh(self.now(), &self.policy)?;
        let latest = self.policy.latest_end(&key);
        let fault = if until <= key.expires_at {
            Some(format!(
                "Choose a time after {}, when it expires now.",
                key.expires_at.to_minute()
            ))
        } else if until > latest + GRACE {
            Some(format!(
                "This key can live until {} at most. Rotate it to extend it further.",
                latest.to_minute()
            ))
        } else {
            None
        };
        if let Some(message) = fault {
            return Err(Error::Invalid(vec![FieldError::new("expires", message)]));
        }
        let until = until.min(latest);
        let event = event.about(&key);
        self.change_key(id, KeyChange::ExpiresAt(until), &event)
            .await
            .map(|_| ())
    }
}
