//! The calendar of a person's key ends, behind a secret address that calendar programs can fetch.

use flui_model::{Area, Depth, Kind, Scope, Timestamp, api_keys::KeyState};

use crate::{
    CalendarSecret, Caller, Client, Error, Identity,
    audit::{Action, Event},
    sign_ins::{Filter, SignIn},
};

/// The most keys that a calendar shows.
const MOST_KEYS: u32 = 1_000;

impl Identity {
    /// Makes the caller's calendar address. One that was there before opens nothing any more.
    ///
    /// A browser session alone may do so: the address outlives the sign-in, and a key must not leave anything behind
    /// that outlives itself.
    pub async fn create_calendar(&self, caller: &Caller, client: &Client) -> Result<CalendarSecret, Error> {
        let signed_in = caller.signed_in()?;
        let now = self.now();
        let person = signed_in.person().id;
        let mut event = Event::new(now, Action::CalendarCreated, Some(client)).by(signed_in);
        event.owner = Some(person);
        if !signed_in.is_browser() {
            let refused = Error::Forbidden("Only a person in a browser may make a calendar address.");
            return self.audit_refusal(event, Err(refused)).await;
        }
        signed_in.require(Scope::new(Area::Keys, Depth::Look))?;
        let secret = CalendarSecret::generate(&*self.random);
        self.store.put_calendar(person, &secret.hash(), now, &event).await?;
        Ok(secret)
    }

    /// When the caller's calendar address was made, if there is one.
    pub async fn calendar_created_at(&self, caller: &Caller) -> Result<Option<Timestamp>, Error> {
        let person = caller.signed_in()?.person().id;
        Ok(self.store.find_calendar(person).await?)
    }

    /// Removes the caller's calendar address.
    pub async fn remove_calendar(&self, caller: &Caller, client: &Client) -> Result<(), Error> {
        let signed_in = caller.signed_in()?;
        let person = signed_in.person().id;
        let mut event = Event::new(self.now(), Action::CalendarRemoved, Some(client)).by(signed_in);
        event.owner = Some(person);
        if self.store.delete_calendar(person, &event).await? {
            Ok(())
        } else {
            Err(Error::NotFound("calendar address"))
        }
    }

    /// The live keys of the person whose address has this secret. Unknown and renewed secrets and those of people whose
    /// access was removed are the same.
    pub async fn calendar(&self, secret: &CalendarSecret) -> Result<Vec<SignIn>, Error> {
        let owner = self.store.find_calendar_owner(&secret.hash()).await?;
        let owner = owner
            .filter(|person| person.disabled_at.is_none())
            .ok_or(Error::NotFound("calendar"))?;
        let filter = Filter {
            person: Some(owner.id),
            kinds: Kind::KEYS.to_vec(),
            state: Some(KeyState::Live),
            text: None,
            context: None,
        };
        let keys = self.store.list_sign_ins(&filter, self.now(), None, MOST_KEYS).await?;
        Ok(keys.iter().map(|found| found.sign_in.clone()).collect())
    }
}
