use flui_model::{AppClientId, Depth};

use super::{AppClientProvider, RegistrationError};
use crate::{
    Caller, Client, Error, Identity, Sealing, SignedIn,
    audit::{Action, Event},
};

impl Identity {
    /// Deletes an app at the provider, then here. Admins only, in a browser after a fresh sign-in. With `forget`, one about
    /// which nothing can be done at the provider from here is removed here alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, [`Error::Registration`] if the provider does not do it.
    pub async fn delete_app_client(
        &self,
        caller: &Caller,
        id: AppClientId,
        forget: bool,
        provider: &dyn AppClientProvider,
        sealing: Option<&Sealing>,
        client: &Client,
    ) -> Result<(), Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::AppClientDeleted, Some(client))
            .by(signed_in)
            .about_app_client(Some(id), "");
        let result = self
            .try_delete_app_client(signed_in, id, forget, provider, sealing, event.clone())
            .await;
        self.audit_refusal(event, result).await
    }

    async fn try_delete_app_client(
        &self,
        signed_in: &SignedIn,
        id: AppClientId,
        forget: bool,
        provider: &dyn AppClientProvider,
        sealing: Option<&Sealing>,
        event: Event,
    ) -> Result<(), Error> {
        self.require_app_client_act(signed_in, Depth::Destroy)?;
        let app_client = self.known_app_client(id).await?;
        let mut event = event.about_app_client(Some(id), &app_client.fields.name);
        let access = match &app_client.management {
            Some(management) => management.open(sealing, id),
            None => Err(RegistrationError::NotManaged),
        };
        let deleted = match access {
            Ok(access) => provider.delete(&access).await,
            Err(error) => Err(error),
        };
        match deleted {
            Ok(()) => {}
            Err(error) if forget && error.may_forget() => event.reason = Some("forgotten".to_owned()),
            Err(error) => return Err(error.into()),
        }
        if self.store.delete_app_client(id, &event).await? {
            Ok(())
        } else {
            Err(Error::NotFound("app"))
        }
    }
}
