use flui_model::{
    Area, Depth, FieldError, PersonId, Scope, SignInId,
    sign_ins::{EndSignIns, EndedSignIn, EndedSignIns},
};

use super::{End, EndReason, Which};
use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
};

/// How many sign-ins one act may name.
const MOST: usize = 1_000;

impl Identity {
    /// Ends many sign-ins in one transaction: all of them, or none. Named by their ids, which is how a machine is
    /// reported lost, or everything of one person.
    ///
    /// One's own, or anybody's for an admin. From a browser it needs a fresh sign-in, so that whoever found an open
    /// browser cannot lock its owner out. A key may do it that acts as the person without limits; one with
    /// `keys:destroy` may end keys alone. Less access is never refused for a role, so read-only people may do it too.
    ///
    /// # Errors
    /// [`Error::NotFound`] if any of the ids, or the person, is absent or foreign: then nothing ended. What is one's
    /// own and has ended already is passed over, so that doing it twice does no harm.
    pub async fn end_sign_ins(
        &self,
        caller: &Caller,
        wanted: &EndSignIns,
        client: &Client,
    ) -> Result<EndedSignIns, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::SignInEnded, Some(client)).by(signed_in);
        let result = match (&wanted.ids, wanted.person) {
            (Some(ids), None) => self.end_ids(signed_in, ids, event.clone()).await,
            (None, Some(person)) => self.end_everything(signed_in, person, event.clone()).await,
            _ => Err(fault("Say exactly one of ids and person.")),
        };
        self.audit_refusal(event, result).await
    }

    async fn end_ids(&self, signed_in: &SignedIn, ids: &[SignInId], event: Event) -> Result<EndedSignIns, Error> {
        if ids.is_empty() || ids.len() > MOST {
            return Err(fault("Name 1 to 1000 sign-ins."));
        }
        let mut keys_alone = true;
        for id in ids {
            let found = self.store.find_sign_in(*id).await?;
            let found = found
                .filter(|found| found.person.id == signed_in.person().id || signed_in.is_admin())
                .ok_or(Error::NotFound("sign-in"))?;
            keys_alone &= found.sign_in.kind.is_key();
        }
        self.check_ender(signed_in, keys_alone)?;
        self.end_together(Which::Ids(ids.to_vec()), signed_in, EndReason::Lost, event)
            .await
    }

    async fn end_everything(
        &self,
        signed_in: &SignedIn,
        person: PersonId,
        event: Event,
    ) -> Result<EndedSignIns, Error> {
        let own = person == signed_in.person().id;
        if !own && (!signed_in.is_admin() || self.store.find_person(person).await?.is_none()) {
            return Err(Error::NotFound("person"));
        }
        self.check_ender(signed_in, false)?;
        self.end_together(Which::Person(person), signed_in, EndReason::Revoked, event)
            .await
    }

    fn check_ender(&self, signed_in: &SignedIn, keys_alone: bool) -> Result<(), Error> {
        if signed_in.is_browser() {
            signed_in.require_fresh(self.now(), &self.policy)
        } else if signed_in.sign_in().grant.is_unscoped() {
            Ok(())
        } else if keys_alone {
            signed_in.require(Scope::new(Area::Keys, Depth::Destroy))
        } else {
            Err(Error::Forbidden(
                "A key with scopes may end keys alone. Use a key without limits, or the dashboard.",
            ))
        }
    }

    async fn end_together(
        &self,
        which: Which,
        by: &SignedIn,
        reason: EndReason,
        event: Event,
    ) -> Result<EndedSignIns, Error> {
        let end = End {
            at: event.at,
            by: Some(by.person().id),
            reason,
        };
        let ended = self.store.end_sign_ins(&which, &end, &event).await?;
        let view = |sign_in: super::SignIn| EndedSignIn {
            id: sign_in.id,
            name: sign_in.name,
            kind: sign_in.kind,
        };
        Ok(EndedSignIns {
            ended: ended.into_iter().map(view).collect(),
            ended_at: end.at,
        })
    }
}

fn fault(sentence: &str) -> Error {
    Error::Invalid(vec![FieldError::new("ids", sentence)])
}
