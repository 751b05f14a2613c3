use flui_model::SignInId;

use super::KeyChange;
use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
    check_name,
};

impl Identity {
    /// Gives one of the caller's own live keys another name.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is absent, somebody else's or over already.
    pub async fn rename_key(&self, caller: &Caller, id: SignInId, name: &str, client: &Client) -> Result<(), Error> {
        let signed_in = caller.signed_in()?;
        let event = self.key_event(Action::KeyRenamed, signed_in, id, client);
        let result = self.try_rename_key(signed_in, id, name, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_rename_key(&self, signed_in: &SignedIn, id: SignInId, name: &str, event: Event) -> Result<(), Error> {
        let mut key = self.own_key(signed_in, id).await?;
        key.name = check_name("name", name).map_err(|fault| Error::Invalid(vec![fault]))?;
        let event = event.about(&key);
        self.change_key(id, KeyChange::Name(key.name), &event).await.map(|_| ())
    }
}
