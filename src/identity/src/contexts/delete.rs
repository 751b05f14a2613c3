use flui_model::sessions::Ended;

use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
    sign_ins::{End, EndReason},
};

impl Identity {
    /// Removes a context, and ends every key that is bound to it in the same transaction: a context of the same name
    /// that somebody makes later must not be open to keys of this one. Admins only, in a browser after a fresh sign-in.
    /// Answers what ended.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no context of that name.
    pub async fn delete_context(&self, caller: &Caller, name: &str, client: &Client) -> Result<Ended, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::ContextDeleted, Some(client))
            .by(signed_in)
            .about_context(name);
        let result = self.try_delete_context(signed_in, name, &event).await;
        self.audit_refusal(event, result).await
    }

    async fn try_delete_context(&self, signed_in: &SignedIn, name: &str, event: &Event) -> Result<Ended, Error> {
        self.require_admin(signed_in, "Only an administrator may delete contexts.")?;
        let end = End {
            at: event.at,
            by: Some(signed_in.person().id),
            reason: EndReason::ContextDeleted,
        };
        let ended = self.store.delete_context(name, &end, event).await?;
        let ended = ended.ok_or(Error::NotFound("context"))?;
        Ok(Ended {
            ended: ended.iter().map(|sign_in| sign_in.id).collect(),
            ended_at: end.at,
        })
    }
}
