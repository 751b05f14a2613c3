use flui_model::FieldError;

use super::{Context, WantedContext};
use crate::{
    Caller, Client, Error, Identity, SignedIn, StoreError,
    audit::{Action, Event},
};

impl Identity {
    /// Makes a context. Admins only, in a browser after a fresh sign-in.
    ///
    /// # Errors
    /// [`Error::NameTaken`] if the name is in use in any case.
    pub async fn create_context(
        &self,
        caller: &Caller,
        wanted: WantedContext,
        client: &Client,
    ) -> Result<Context, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::ContextCreated, Some(client))
            .by(signed_in)
            .about_context(&wanted.name);
        let result = self.try_create_context(signed_in, wanted, &event).await;
        self.audit_refusal(event, result).await
    }

    async fn try_create_context(
        &self,
        signed_in: &SignedIn,
        wanted: WantedContext,
        event: &Event,
    ) -> Result<Context, Error> {
        self.require_admin(signed_in, "Only an administrator may create contexts.")?;
        let context = wanted.check(self.now()).map_err(Error::Invalid)?;
        if self.store.list_contexts().await?.len() >= Context::MOST {
            return Err(Error::Invalid(vec![FieldError::new(
                "name",
                "There are as many contexts as there may be. Delete one that nobody needs.",
            )]));
        }
        match self.store.insert_context(&context, event).await {
            Ok(()) => Ok(context),
            Err(StoreError::Taken) => Err(Error::NameTaken(context.name)),
            Err(error) => Err(error.into()),
        }
    }
}
