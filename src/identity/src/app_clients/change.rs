use flui_model::{
    AppClientId, Depth,
    app_clients::{ChangeAppClient, RegisteredAppClient},
};

use super::{AppClientProvider, Management, RegistrationError, WantedAppClient, register::are_same};
use crate::{
    Caller, Client, Error, Identity, Sealing, SignedIn,
    audit::{Action, Event},
};

impl Identity {
    /// Changes an app at the provider and here: all but its kind and scopes. Admins only, in a browser after a fresh
    /// sign-in. A provider may give another secret with it, which is then in the answer.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, [`Error::Registration`] if the provider does not do it.
    pub async fn change_app_client(
        &self,
        caller: &Caller,
        id: AppClientId,
        wanted: ChangeAppClient,
        provider: &dyn AppClientProvider,
        sealing: Option<&Sealing>,
        client: &Client,
    ) -> Result<RegisteredAppClient, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::AppClientChanged, Some(client))
            .by(signed_in)
            .about_app_client(Some(id), &wanted.name);
        let result = self
            .try_change_app_client(signed_in, id, wanted, provider, sealing, event.clone())
            .await;
        self.audit_refusal(event, result).await
    }

    async fn try_change_app_client(
        &self,
        signed_in: &SignedIn,
        id: AppClientId,
        wanted: ChangeAppClient,
        provider: &dyn AppClientProvider,
        sealing: Option<&Sealing>,
        event: Event,
    ) -> Result<RegisteredAppClient, Error> {
        self.require_app_client_act(signed_in, Depth::Change)?;
        let mut app_client = self.known_app_client(id).await?;
        let wanted = WantedAppClient {
            name: wanted.name,
            kind: app_client.fields.kind,
            hosts: wanted.hosts,
            redirect_uris: wanted.redirect_uris,
            post_logout_redirect_uris: wanted.post_logout_redirect_uris,
            backchannel_logout_uri: wanted.backchannel_logout_uri,
            scopes: app_client.fields.scopes.clone(),
        };
        let mut fields = wanted.check().map_err(Error::Invalid)?;
        let sealing = sealing.ok_or(RegistrationError::NoSealingKeys)?;
        let management = app_client.management.as_ref().ok_or(RegistrationError::NotManaged)?;
        let access = management.open(Some(sealing), id)?;
        let (next, changed) = provider.change(&access, &app_client.client_id, &fields).await;
        let is_new = next.is_some();
        if let Some(next) = next {
            app_client.management = Some(Management::seal(sealing, id, &next));
        }
        let changed = match changed {
            Ok(changed) => changed,
            Err(error) => {
                // Without the new token nobody could change the client any more.
                if is_new {
                    self.store.update_app_client(&app_client, None).await?;
                }
                return Err(error.into());
            }
        };
        let as_asked = are_same(&changed.redirect_uris, &fields.redirect_uris);
        fields.redirect_uris.clone_from(&changed.redirect_uris);
        app_client.fields = fields;
        if !self.store.update_app_client(&app_client, Some(&event)).await? {
            return Err(Error::NotFound("app"));
        }
        if as_asked {
            Ok(app_client.handed_over(changed, provider.issuer()))
        } else {
            Err(RegistrationError::OtherAddresses.into())
        }
    }
}
