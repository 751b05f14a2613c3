use std::time::Duration;

use flui_model::{Area, Depth, Kind, Scope, SignInId, Timestamp, api_keys::ApiKeyView};

use super::{LastUse, UsedPlace, UsedScope};
use crate::{Caller, Client, Error, Identity};

/// How long daily counts and places of a key are kept.
pub(crate) const USES_KEPT: Duration = Duration::from_hours(120 * 24);

/// How many places are kept for a key; the oldest go beyond that.
pub const MAX_KEPT_PLACES: u32 = 20;

/// How many days a page shows.
const DAYS_SHOWN: i64 = 90;

/// What is kept of a key's uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyUses {
    /// Requests of each day on which there were any, oldest first.
    pub days: Vec<DayUses>,
    /// Where they came from, the latest first.
    pub places: Vec<UsedPlace>,
    /// Which scopes they made use of here.
    pub scopes: Vec<UsedScope>,
}

/// The requests of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayUses {
    /// The day, in UTC.
    pub day: Day,
    /// How many.
    pub count: u64,
}

/// A day in UTC, as the number of days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    /// The day of a moment.
    pub const fn of(at: Timestamp) -> Self {
        Self(at.as_seconds().div_euclid(86_400))
    }

    /// From the number that a store kept.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number, as stores keep it.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// So many days earlier.
    #[must_use]
    pub const fn back(self, days: i64) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// Its first moment.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_seconds(self.0.saturating_mul(86_400))
    }
}

/// All about one key that its page shows.
#[derive(Clone, Debug)]
pub struct KeyLife {
    /// The key as lists show it.
    pub key: ApiKeyView,
    /// Whether it is the caller's own.
    pub is_own: bool,
    /// Where it was made.
    pub made_from: Client,
    /// With which sign-in it was made; none for a key out of the exchange.
    pub made_by: Option<MadeBy>,
    /// The name of the administrator who paused it, while it is paused.
    pub paused_by: Option<String>,
    /// When it last got a new secret.
    pub rotated_at: Option<Timestamp>,
    /// When and from where the old secret was used since, if it is still good.
    pub old_secret_used: Option<LastUse>,
    /// The latest moment that it can be extended to.
    pub latest_end: Timestamp,
    /// The first day of those that are shown; the last is today.
    pub first_day: Day,
    /// Its uses since then.
    pub uses: KeyUses,
}

/// The sign-in that a key was made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeBy {
    /// Its id.
    pub id: SignInId,
    /// Its form.
    pub kind: Kind,
    /// Its name.
    pub name: String,
}

impl Identity {
    /// One key that is one's own, or anybody's for an admin, with what became of it.
    pub async fn find_key_life(&self, caller: &Caller, id: SignInId) -> Result<KeyLife, Error> {
        let signed_in = caller.signed_in()?;
        signed_in.require(Scope::new(Area::Keys, Depth::Look))?;
        let found = self.store.find_sign_in(id).await?;
        let found = found
            .filter(|found| found.sign_in.kind.is_key())
            .filter(|found| found.sign_in.person_id == signed_in.person().id || signed_in.is_admin())
            .ok_or(Error::NotFound("key"))?;
        let key = &found.sign_in;
        let now = self.now();
        let first_day = Day::of(now).back(DAYS_SHOWN - 1);
        let uses = self.store.find_key_uses(id, first_day).await?;
        let made_by = match key.made_by {
            Some(maker) => self.store.find_sign_in(maker).await?,
            None => None,
        };
        let paused_by = match &key.paused {
            Some(pause) => self.store.find_person(pause.by).await?,
            None => None,
        };
        let role = self.policy.roles.role_of(&found.person.groups);
        Ok(KeyLife {
            key: found.key_view(role, signed_in.sign_in().id, now),
            is_own: key.person_id == signed_in.person().id,
            made_from: key.client.clone(),
            made_by: made_by.map(|maker| MadeBy {
                id: maker.sign_in.id,
                kind: maker.sign_in.kind,
                name: maker.sign_in.name,
            }),
            paused_by: paused_by.map(|person| person.display_name().to_owned()),
            rotated_at: key.rotated_at,
            old_secret_used: key.live_overlap(now).and_then(|overlap| overlap.last_used.clone()),
            latest_end: self.policy.latest_end(key),
            first_day,
            uses,
        })
    }
}
