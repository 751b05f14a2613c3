use flui_model::{FieldError, SignInId, api_keys::ApiKeyView};

use super::{KeyChange, create_key::check_width};
use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
    check_networks, networks,
};

/// A key whose networks were changed.
#[derive(Clone, Debug)]
pub struct ChangedNetworks {
    /// The key as lists show it.
    pub key: ApiKeyView,
    /// Whether the key is good at the address that the change came from.
    pub is_good_here: bool,
}

impl Identity {
    /// Says anew from which networks one of the caller's own live keys may be used; none means everywhere. The change
    /// counts from its next use on. A key that is bound to networks frees no other from them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is absent, somebody else's or over already. [`Error::Invalid`] for what is no
    /// network, and for a change by which a key would shut itself out.
    pub async fn change_key_networks(
        &self,
        caller: &Caller,
        id: SignInId,
        networks: &[String],
        client: &Client,
    ) -> Result<ChangedNetworks, Error> {
        let signed_in = caller.signed_in()?;
        let event = self.key_event(Action::KeyNetworksChanged, signed_in, id, client);
        let result = self
            .try_change_key_networks(signed_in, id, networks, client, event.clone())
            .await;
        self.audit_refusal(event, result).await
    }

    async fn try_change_key_networks(
        &self,
        signed_in: &SignedIn,
        id: SignInId,
        networks: &[String],
        client: &Client,
        event: Event,
    ) -> Result<ChangedNetworks, Error> {
        let key = self.own_key(signed_in, id).await?;
        signed_in.require_fresh(self.now(), &self.policy)?;
        let networks = check_networks(networks).map_err(|fault| Error::Invalid(vec![fault]))?;
        check_width(signed_in, &key.grant, &key.contexts, &networks)?;
        let own = signed_in.sign_in().id;
        let is_good_here = networks::allows(&networks, client.address);
        if id == own && !is_good_here {
            let message = format!(
                "The key that you call with would be refused from where you are, {}. Name a network with that address, \
                 or change it in the dashboard.",
                client.address
            );
            return Err(Error::Invalid(vec![FieldError::new("networks", message)]));
        }
        let change = KeyChange::Networks(networks);
        let found = self.change_key(id, change, &event.about(&key)).await?;
        let role = self.policy.roles.role_of(&found.person.groups);
        Ok(ChangedNetworks {
            key: found.key_view(role, own, self.now()),
            is_good_here,
        })
    }
}
