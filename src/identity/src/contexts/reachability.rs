use std::time::Duration;

use flui_model::Timestamp;

use super::Context;
use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
};

/// What became of the question whether an address of a context answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reachability {
    /// The address that was asked.
    pub address: String,
    /// The answer, or why there was none, as a sentence.
    pub answer: Result<Answered, String>,
}

/// An answer over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// How long it took, the connection included.
    pub took: Duration,
    /// When the certificate ends; none without TLS.
    pub certificate_ends: Option<Timestamp>,
    /// What the clock at the other end said, and what ours did; none if it said nothing.
    pub clocks: Option<(Timestamp, Timestamp)>,
}

/// What became of both addresses of a context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextReachability {
    /// Where the API answers.
    pub api: Reachability,
    /// Where the provider answers.
    pub issuer: Reachability,
}

impl Identity {
    /// The context whose addresses are to be called: those that are kept, never one that a request brings along. It is
    /// written down before the first call. Admins only, in a browser after a fresh sign-in.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no context of that name.
    pub async fn begin_context_check(&self, caller: &Caller, name: &str, client: &Client) -> Result<Context, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::ContextChecked, Some(client))
            .by(signed_in)
            .about_context(name);
        let result = self.try_begin_context_check(signed_in, name, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_begin_context_check(&self, signed_in: &SignedIn, name: &str, event: Event) -> Result<Context, Error> {
        self.require_admin(
            signed_in,
            "Only an administrator may check whether a context can be reached.",
        )?;
        let context = self.store.find_context(name).await?;
        let context = context.ok_or(Error::NotFound("context"))?;
        self.store.append_event(&event.about_context(&context.name)).await?;
        Ok(context)
    }
}
