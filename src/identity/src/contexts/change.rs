use super::{Context, WantedContext};
use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
};

impl Identity {
    /// Changes what a context says; its name stays, because keys are bound to it. Admins only, in a browser after a
    /// fresh sign-in.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no context of that name.
    pub async fn change_context(
        &self,
        caller: &Caller,
        wanted: WantedContext,
        client: &Client,
    ) -> Result<Context, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::ContextChanged, Some(client))
            .by(signed_in)
            .about_context(&wanted.name);
        let result = self.try_change_context(signed_in, wanted, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_change_context(
        &self,
        signed_in: &SignedIn,
        mut wanted: WantedContext,
        event: Event,
    ) -> Result<Context, Error> {
        self.require_admin(signed_in, "Only an administrator may change contexts.")?;
        let known = self.store.find_context(&wanted.name).await?;
        let known = known.ok_or(Error::NotFound("context"))?;
        wanted.name.clone_from(&known.name);
        let context = wanted.check(known.created_at).map_err(Error::Invalid)?;
        if self
            .store
            .update_context(&context, &event.about_context(&context.name))
            .await?
        {
            Ok(context)
        } else {
            Err(Error::NotFound("context"))
        }
    }
}
