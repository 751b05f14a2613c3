use flui_model::{PersonId, Timestamp};

use super::{Person, list::admin_only};
use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
};

impl Identity {
    /// Removes a person's access here: from the return on, every session and key of theirs is refused, and so are new
    /// sign-ins. Nothing of theirs is ended, so that [`Self::enable_person`] gives it back. Admins only, in a browser
    /// after a fresh sign-in. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an absent person and for callers who are no admin; [`Error::Forbidden`] for oneself.
    pub async fn disable_person(&self, caller: &Caller, id: PersonId, client: &Client) -> Result<Person, Error> {
        self.set_access(caller, id, client, Action::PersonDisabled).await
    }

    /// Gives a person's access back. Admins only, in a browser after a fresh sign-in. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an absent person and for callers who are no admin.
    pub async fn enable_person(&self, caller: &Caller, id: PersonId, client: &Client) -> Result<Person, Error> {
        self.set_access(caller, id, client, Action::PersonEnabled).await
    }

    async fn set_access(
        &self,
        caller: &Caller,
        id: PersonId,
        client: &Client,
        action: Action,
    ) -> Result<Person, Error> {
        let signed_in = caller.signed_in()?;
        let now = self.now();
        let mut event = Event::new(now, action, Some(client)).by(signed_in);
        event.object = Some(id.to_string());
        let disabled_at = (action == Action::PersonDisabled).then_some(now);
        let result = self.try_set_access(signed_in, id, disabled_at, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_set_access(
        &self,
        signed_in: &SignedIn,
        id: PersonId,
        disabled_at: Option<Timestamp>,
        event: Event,
    ) -> Result<Person, Error> {
        admin_only(signed_in, "person")?;
        signed_in.require_fresh(self.now(), &self.policy)?;
        let person = self.store.find_person(id).await?.ok_or(Error::NotFound("person"))?;
        if disabled_at.is_some() && id == signed_in.person().id {
            return Err(Error::Forbidden(
                "You cannot remove your own access: nobody might be left to give it back. Ask another administrator.",
            ));
        }
        let event = event.about_person(&person);
        let changed = self.store.set_person_disabled(id, disabled_at, &event).await?;
        changed.ok_or(Error::NotFound("person"))
    }
}
