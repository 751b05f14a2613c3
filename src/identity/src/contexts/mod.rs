//! Contexts: the installations and clusters that keys may be bound to. They never hold a secret.

use flui_model::{FieldError, Timestamp, contexts::ContextView};

use crate::{
    Caller, Client, Error, Identity, StoreError,
    audit::{Action, Event},
};

/// A context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Letters, digits, `-` and `_`; unique without regard to case.
    pub name: String,
    /// Where the API of the installation answers.
    pub api_url: String,
    /// The provider that it trusts.
    pub issuer: String,
    /// A sentence for people.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Context {
    /// The context as the API shows it.
    pub fn view(self) -> ContextView {
        ContextView {
            name: self.name,
            api_url: self.api_url,
            issuer: self.issuer,
            description: self.description,
            created_at: self.created_at,
        }
    }
}

/// Checks the name of a context: 1 to 64 letters, digits, `-` and `_`.
pub fn check_context_name(name: &str) -> Result<(), FieldError> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if (1..=64).contains(&name.len()) && name.chars().all(good) {
        Ok(())
    } else {
        Err(FieldError::new("name", "Use 1 to 64 letters, digits, - and _."))
    }
}

impl Identity {
    /// All contexts, by name.
    pub async fn list_contexts(&self, caller: &Caller) -> Result<Vec<Context>, Error> {
        caller.signed_in()?;
        Ok(self.store.list_contexts().await?)
    }

    /// Makes a context. Admins only.
    pub async fn create_context(&self, caller: &Caller, context: Context, client: &Client) -> Result<Context, Error> {
        let signed_in = caller.signed_in()?;
        let mut event = Event::new(self.now(), Action::ContextCreated, Some(client)).by(signed_in);
        event.object = Some(context.name.clone());
        event.object_name = Some(context.name.clone());
        if !signed_in.is_admin() {
            let refused = Error::Forbidden("Only an administrator may create contexts.");
            return self.audit_refusal(event, Err(refused)).await;
        }
        check_context_name(&context.name).map_err(|fault| Error::Invalid(vec![fault]))?;
        match self.store.insert_context(&context, &event).await {
            Ok(()) => Ok(context),
            Err(StoreError::Taken) => Err(Error::NameTaken(context.name)),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a context. Admins only. Keys that are bound to it stay bound to its name.
    pub async fn delete_context(&self, caller: &Caller, name: &str, client: &Client) -> Result<(), Error> {
        let signed_in = caller.signed_in()?;
        let mut event = Event::new(self.now(), Action::ContextDeleted, Some(client)).by(signed_in);
        event.object = Some(name.to_owned());
        event.object_name = Some(name.to_owned());
        if !signed_in.is_admin() {
            let refused = Error::Forbidden("Only an administrator may delete contexts.");
            return self.audit_refusal(event, Err(refused)).await;
        }
        if self.store.delete_context(name, &event).await? {
            Ok(())
        } else {
            Err(Error::NotFound("context"))
        }
    }
}
