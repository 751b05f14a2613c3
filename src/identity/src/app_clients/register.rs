use flui_model::{AppClientId, Depth, FieldError, app_clients::RegisteredAppClient};

use super::{AppClient, AppClientProvider, Management, Registered, RegistrationError, WantedAppClient};
use crate::{
    Caller, Client, Error, Identity, Sealing, SignedIn,
    audit::{Action, Event},
};

impl Identity {
    /// Registers an app at the provider and remembers it. Admins only, in a browser after a fresh sign-in. If it cannot be
    /// remembered, it is deleted at the provider again. The secret is in the answer and kept nowhere.
    ///
    /// # Errors
    /// [`Error::Registration`] if the provider does not do it.
    pub async fn register_app_client(
        &self,
        caller: &Caller,
        wanted: WantedAppClient,
        provider: &dyn AppClientProvider,
        sealing: Option<&Sealing>,
        client: &Client,
    ) -> Result<RegisteredAppClient, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::AppClientRegistered, Some(client))
            .by(signed_in)
            .about_app_client(None, &wanted.name);
        let result = self
            .try_register_app_client(signed_in, wanted, provider, sealing, event.clone())
            .await;
        self.audit_refusal(event, result).await
    }

    async fn try_register_app_client(
        &self,
        signed_in: &SignedIn,
        wanted: WantedAppClient,
        provider: &dyn AppClientProvider,
        sealing: Option<&Sealing>,
        event: Event,
    ) -> Result<RegisteredAppClient, Error> {
        self.require_app_client_act(signed_in, Depth::Change)?;
        let fields = wanted.check().map_err(Error::Invalid)?;
        if self.store.list_app_clients().await?.len() >= AppClient::MOST {
            return Err(Error::Invalid(vec![FieldError::new(
                "name",
                "There are as many apps as there may be. Delete one that nobody needs.",
            )]));
        }
        if !provider.offers_registration().await? {
            return Err(RegistrationError::NotOffered.into());
        }
        let sealing = sealing.ok_or(RegistrationError::NoSealingKeys)?;
        let registered = provider.register(&fields).await?;
        if !are_same(&registered.redirect_uris, &fields.redirect_uris) {
            take_back(provider, &registered).await;
            return Err(RegistrationError::OtherAddresses.into());
        }
        let id = AppClientId::from_uuid(self.new_id());
        let app_client = AppClient {
            id,
            client_id: registered.client_id.clone(),
            management: registered
                .access
                .as_ref()
                .map(|access| Management::seal(sealing, id, access)),
            fields,
            created_by: signed_in.person().id,
            created_at: event.at,
        };
        let event = event.about_app_client(Some(id), &app_client.fields.name);
        if let Err(error) = self.store.insert_app_client(&app_client, &event).await {
            take_back(provider, &registered).await;
            return Err(error.into());
        }
        Ok(app_client.handed_over(registered, provider.issuer()))
    }
}

/// Whether both lists name the same addresses, in whatever order.
pub(super) fn are_same(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|address| other.contains(address))
}

/// Deletes at the provider what cannot be remembered here. Where that fails too, the log names what is left.
async fn take_back(provider: &dyn AppClientProvider, registered: &Registered) {
    let deleted = match &registered.access {
        Some(access) => provider.delete(access).await,
        None => Err(RegistrationError::NotManaged),
    };
    if let Err(error) = deleted {
        tracing::error!(
            client_id = registered.client_id,
            %error,
            "a client that was just registered at the provider cannot be kept here nor deleted there: delete it by hand"
        );
    }
}
