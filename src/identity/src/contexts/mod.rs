//! Contexts: the installations and clusters that keys may be bound to. They never hold a secret.

use flui_model::{
    FieldError, Timestamp,
    contexts::{Colour, ContextView, CreateContext},
};

use crate::{Caller, Error, Identity};

mod change;
mod check;
mod create;
mod delete;
mod reachability;

pub use check::check_context_name;
pub use reachability::{Answered, ContextReachability, Reachability};

/// A context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Letters, digits, `-` and `_`; unique without regard to case.
    pub name: String,
    /// Where the API of the installation answers, without a slash at its end.
    pub api_url: String,
    /// The provider that it trusts, byte for byte.
    pub issuer: String,
    /// A sentence for people; may be empty.
    pub description: String,
    /// By which people tell it apart at a glance.
    pub colour: Colour,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A context that is wanted, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedContext {
    /// Its name; when a context is changed, the name of that one.
    pub name: String,
    /// Where the API of the installation answers.
    pub api_url: String,
    /// The provider that it trusts.
    pub issuer: String,
    /// A sentence for people.
    pub description: String,
    /// Its colour.
    pub colour: Colour,
}

impl From<CreateContext> for WantedContext {
    fn from(body: CreateContext) -> Self {
        Self {
            name: body.name,
            api_url: body.api_url,
            issuer: body.issuer,
            description: body.description,
            colour: body.colour,
        }
    }
}

impl Context {
    /// How many there may be: they are listed whole.
    pub(crate) const MOST: usize = 500;

    /// The context as the API shows it.
    pub fn view(self) -> ContextView {
        ContextView {
            name: self.name,
            api_url: self.api_url,
            issuer: self.issuer,
            description: self.description,
            colour: self.colour,
            created_at: self.created_at,
        }
    }
}

impl WantedContext {
    /// The context, if every part of it is good; all faults otherwise.
    fn check(self, created_at: Timestamp) -> Result<Context, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut keep = |checked: Result<String, FieldError>| {
            checked.unwrap_or_else(|fault| {
                faults.push(fault);
                String::new()
            })
        };
        keep(check_context_name(&self.name).map(|()| String::new()));
        let api_url = keep(check::api_url(&self.api_url));
        let issuer = keep(check::issuer(&self.issuer));
        let description = keep(crate::names::check_description("description", &self.description));
        if faults.is_empty() {
            Ok(Context {
                name: self.name,
                api_url,
                issuer,
                description,
                colour: self.colour,
                created_at,
            })
        } else {
            Err(faults)
        }
    }
}

impl Identity {
    /// All contexts, by name.
    pub async fn list_contexts(&self, caller: &Caller) -> Result<Vec<Context>, Error> {
        caller.signed_in()?;
        Ok(self.store.list_contexts().await?)
    }

    /// The context with this name, without regard to case.
    pub async fn find_context(&self, caller: &Caller, name: &str) -> Result<Context, Error> {
        caller.signed_in()?;
        let found = self.store.find_context(name).await?;
        found.ok_or(Error::NotFound("context"))
    }
}
