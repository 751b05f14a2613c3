use flui_model::{SignInId, sessions::Ended};

use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
    people::admin_only,
    sign_ins::{EndReason, Found, Which},
};

impl Identity {
    /// The most credentials that one act ends from a selection.
    pub const MOST_SELECTED: usize = 200;

    /// Those of the selected credentials that are neither ended nor expired, in the order of the selection. For admins;
    /// to others there is no such page.
    pub async fn find_in_estate(&self, caller: &Caller, ids: &[SignInId]) -> Result<Vec<Found>, Error> {
        admin_only(caller.signed_in()?, "page")?;
        let now = self.now();
        let mut live = Vec::new();
        for id in ids.iter().take(Self::MOST_SELECTED) {
            let found = self.store.find_sign_in(*id).await?;
            live.extend(found.filter(|found| !found.sign_in.state(now).is_over()));
        }
        Ok(live)
    }

    /// Ends the selected credentials, whosever they are, in one transaction. What is over already stays as it was.
    /// Admins only, in a browser after a fresh sign-in.
    ///
    /// # Errors
    /// [`Error::NotFound`] for callers who are no admin, and when nothing of the selection is left to end.
    pub async fn revoke_in_estate(&self, caller: &Caller, ids: &[SignInId], client: &Client) -> Result<Ended, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::KeyRevoked, Some(client)).by(signed_in);
        let result = self.try_revoke_in_estate(signed_in, ids, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_revoke_in_estate(&self, signed_in: &SignedIn, ids: &[SignInId], event: Event) -> Result<Ended, Error> {
        admin_only(signed_in, "sign-in")?;
        signed_in.require_fresh(self.now(), &self.policy)?;
        let ids = ids.iter().copied().take(Self::MOST_SELECTED).collect();
        let ended = self
            .end(Which::Ids(ids), Some(signed_in), EndReason::Revoked, event)
            .await?;
        if ended.ended.is_empty() {
            Err(Error::NotFound("sign-in"))
        } else {
            Ok(ended)
        }
    }
}
