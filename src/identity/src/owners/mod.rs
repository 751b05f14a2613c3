//! Whether the provider still stands for the owners of live keys: asked once a night, by the refresh token that a sign-in
//! left behind. Whoever asks the provider stands outside; here stands what its answers mean.
//!
//! A refresh token that is refused may have died of other things than its person. A refusal therefore counts only when
//! nothing else explains it: see [`RefreshToken::is_doubtful`]. In doubt the token is dropped and nothing is concluded; the
//! age of the last sign-in is then all that is known, and the estate shows it as a risk.

use std::time::Duration;

use flui_model::{PersonId, Timestamp};

use crate::{
    Error, Identity, StoreError,
    audit::{Action, Event},
    people::{Person, ProvenPerson},
    sign_ins::{End, EndReason},
};

/// A person's refresh token as it is kept: sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// Whose it is. At most one each.
    pub person_id: PersonId,
    /// The token, sealed for this person.
    pub sealed: String,
    /// When the provider gave it.
    pub given_at: Timestamp,
    /// Since when nobody can say whether it is still good: it was sent and no answer came, or the person signed out at
    /// the provider.
    pub doubtful_at: Option<Timestamp>,
}

impl RefreshToken {
    /// What a token is sealed for.
    pub const PURPOSE: &str = "refresh token";

    /// Providers let a token die that nobody uses for long. It is used every night; one that was not for so long says
    /// nothing of its person.
    const LONG_UNUSED: Duration = Duration::from_hours(7 * 24);

    /// Whether a refusal would say nothing of the person. RFC 9700, section 4.14.2: a token that is used twice kills its
    /// whole grant, so a lost answer may have cost it. OpenID Connect Back-Channel Logout 1.0, section 2.7: offline
    /// tokens should outlive a logout, but not every provider keeps to it.
    fn is_doubtful(&self, now: Timestamp) -> bool {
        self.doubtful_at.is_some() || now.since(self.given_at) >= Self::LONG_UNUSED
    }
}

/// An owner of live keys about whom the provider can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Who.
    pub person: Person,
    /// By which token to ask.
    pub token: RefreshToken,
}

/// What a refusal comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The provider no longer stands for the person: their keys need an owner.
    Gone,
    /// Nothing can be concluded; the token is dropped.
    Nothing,
}

/// Of so many refusals in one night, and more than half of all that were asked, none is believed: such a provider has
/// lost its memory, not its people.
const MOST_REFUSED: usize = 3;

/// The night: 3 hours from 2:00 UTC on, in which every installation has a moment of its own.
const NIGHT_BEGINS: Duration = Duration::from_hours(2);
const NIGHT_LASTS_SECONDS: u64 = 3 * 3_600;
const DAY: Duration = Duration::from_hours(24);
/// The name of the job's turn.
const JOB: &str = "owners";

impl Identity {
    /// Whether it is time for the nightly check, and this process is the one to make it: of several replicas exactly one
    /// is told so each night. The first call ever only sets the time.
    pub async fn take_turn_for_owners(&self) -> Result<bool, StoreError> {
        let now = self.now();
        self.store.take_turn(JOB, now, self.next_night(now)).await
    }

    /// A random moment of the next night.
    fn next_night(&self, now: Timestamp) -> Timestamp {
        let mut random = [0; 8];
        self.random.fill(&mut random);
        let jitter = u64::from_le_bytes(random) % NIGHT_LASTS_SECONDS;
        let today = crate::sign_ins::Day::of(now).start();
        today + DAY + NIGHT_BEGINS + Duration::from_secs(jitter)
    }

    /// Owners of live keys about whom the provider can be asked, in a stable order: at most `limit` after `after`. People
    /// who are disabled or gone already are not asked about.
    pub async fn list_owners_to_ask(&self, after: Option<PersonId>, limit: u32) -> Result<Vec<Owner>, StoreError> {
        self.store.list_owners_to_ask(self.now(), after, limit).await
    }

    /// Keeps the token that the provider gave at a sign-in or refresh, in place of the one before. `sealed` must be sealed
    /// for this person. A person of whom nothing is live any more keeps none.
    pub async fn keep_refresh_token(&self, person_id: PersonId, sealed: String) -> Result<(), StoreError> {
        let token = RefreshToken {
            person_id,
            sealed,
            given_at: self.now(),
            doubtful_at: None,
        };
        self.store.put_refresh_token(&token).await
    }

    /// The person that a sign-in just now proved.
    pub async fn find_proven_person(&self, issuer: &str, subject: &str) -> Result<Option<Person>, StoreError> {
        self.store.find_person_by_subject(issuer, subject).await
    }

    /// Notes that the token is about to be sent, or that its person signed out at the provider: from now on a refusal says
    /// nothing, until an answer came.
    pub async fn doubt_refresh_token(&self, person: PersonId) -> Result<(), StoreError> {
        self.store.set_refresh_token_doubt(person, Some(self.now())).await
    }

    /// Takes the doubt back: the provider was certainly not reached.
    pub async fn trust_refresh_token(&self, token: &RefreshToken) -> Result<(), StoreError> {
        self.store
            .set_refresh_token_doubt(token.person_id, token.doubtful_at)
            .await
    }

    /// Drops a token that cannot be opened or was refused without a conclusion.
    pub async fn drop_refresh_token(&self, token: &RefreshToken) -> Result<(), StoreError> {
        self.store
            .delete_refresh_token(token.person_id, &token.sealed)
            .await
            .map(|_| ())
    }

    /// The provider stands for the owner. What it says of them now counts from the next request on, as after a sign-in.
    ///
    /// # Errors
    /// [`Error::NotFound`] when `proven` is somebody else.
    pub async fn confirm_owner(&self, owner: &Owner, proven: Option<&ProvenPerson>) -> Result<(), Error> {
        let person = &owner.person;
        if proven.is_some_and(|proven| proven.issuer != person.issuer || proven.subject != person.subject) {
            return Err(Error::NotFound("person"));
        }
        let now = self.now();
        let changed = proven
            .and_then(|proven| proven.groups.as_ref())
            .is_some_and(|groups| *groups != person.groups);
        let event = changed.then(|| Event::new(now, Action::PersonRolesChanged, None).about_person(person));
        self.store
            .confirm_person(person.id, proven, now, event.as_ref())
            .await?;
        Ok(())
    }

    /// Whether so many refusals in one night can be believed.
    pub fn believes_refusals(&self, refused: usize, asked: usize) -> bool {
        refused <= MOST_REFUSED || refused * 2 <= asked
    }

    /// The provider refused the owner's token, as it was before it was sent at `asked_at`. Without doubt about the token
    /// the person is gone: their browser sessions and workstation keys end, and their CI and service keys need an owner.
    /// Whoever signed in meanwhile is not.
    pub async fn refuse_owner(&self, owner: &Owner, asked_at: Timestamp) -> Result<Refusal, StoreError> {
        if owner.token.is_doubtful(asked_at) {
            self.drop_refresh_token(&owner.token).await?;
            return Ok(Refusal::Nothing);
        }
        let now = self.now();
        let event = Event::new(now, Action::PersonGone, None).about_person(&owner.person);
        let end = End {
            at: now,
            by: None,
            reason: EndReason::OwnerGone,
        };
        let gone = self.store.set_person_gone(&owner.token, asked_at, &end, &event).await?;
        Ok(if gone { Refusal::Gone } else { Refusal::Nothing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_nothing_of_a_token_that_may_have_died_otherwise() {
        let now = Timestamp::from_seconds(1_764_000_000);
        let token = |age: Duration, doubtful_at| RefreshToken {
            person_id: "01930000-0000-7000-8000-000000000001".parse().unwrap(),
            sealed: String::new(),
            given_at: now - age,
            doubtful_at,
        };
        assert!(!token(DAY, None).is_doubtful(now));
        assert!(token(DAY, Some(now - DAY)).is_doubtful(now));
        assert!(token(DAY * 7, None).is_doubtful(now));
    }
}
