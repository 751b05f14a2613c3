use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use flui_model::{Scope, SignInId, Timestamp};

use super::{LastUse, SignIn};
use crate::{Client, Identity, client::program_name};

/// A use of a sign-in, or many uses of a key in a short time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Of which.
    pub id: SignInId,
    /// When last.
    pub at: Timestamp,
    /// From which address last.
    pub address: String,
    /// How many requests; only those of keys are counted.
    pub count: u64,
    /// From where and by what, as far as there was room to tell them apart.
    pub places: Vec<UsedPlace>,
    /// Which scopes were asked for.
    pub scopes: Vec<UsedScope>,
    /// When and from where the old secret of a rotated key was last used.
    pub old_secret: Option<LastUse>,
}

impl Use {
    /// A use without any count.
    pub fn new(id: SignInId, at: Timestamp, address: impl Into<String>) -> Self {
        Self {
            id,
            at,
            address: address.into(),
            count: 0,
            places: Vec::new(),
            scopes: Vec::new(),
            old_secret: None,
        }
    }
}

/// An address and a program that used a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedPlace {
    /// The address.
    pub address: String,
    /// The program in its own words, short: `curl/8.5.0`.
    pub program: String,
    /// How many requests.
    pub count: u64,
    /// When last.
    pub at: Timestamp,
}

/// A scope that a key made use of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedScope {
    /// Which.
    pub scope: Scope,
    /// When last.
    pub at: Timestamp,
}

/// The last use of a sign-in is written only if the one that is written already is at least this old, and what a key
/// did is written at most so often.
const WRITE_EVERY: Duration = Duration::from_mins(1);

/// Beyond so many sign-ins with unwritten uses further ones are not noted: memory stays bounded when the database is
/// away.
const MAX_PENDING: usize = 100_000;

/// Beyond so many places requests are counted without their place.
const MAX_PLACES: usize = 100_000;

/// The same for one key between two writes.
const MAX_PLACES_OF_KEY: usize = 20;

/// Uses that are noted, and not yet written.
#[derive(Default)]
pub(crate) struct Uses(Mutex<Pending>);

#[derive(Default)]
struct Pending {
    by_id: HashMap<SignInId, PendingUse>,
    scopes: HashMap<SignInId, Vec<UsedScope>>,
    places: usize,
}

struct PendingUse {
    /// When the first of these uses was noted.
    since: Timestamp,
    /// Whether it shall be written soon.
    due: bool,
    at: Timestamp,
    address: IpAddr,
    count: u64,
    places: Vec<PendingPlace>,
    old_secret: Option<(Timestamp, IpAddr)>,
}

struct PendingPlace {
    address: IpAddr,
    user_agent: String,
    count: u64,
    at: Timestamp,
}

impl Uses {
    /// Notes a use in memory. Never waits for more than another note, and never fails: answering who is calling must not
    /// hang on a write. Answers whether it is the first use of the sign-in.
    pub(super) fn note(&self, sign_in: &SignIn, old_secret: bool, client: &Client, now: Timestamp) -> bool {
        let written = sign_in.last_used.as_ref();
        let due = written.is_none_or(|used| now.since(used.at) >= WRITE_EVERY);
        let counted = sign_in.kind.is_key();
        if !due && !counted {
            return false;
        }
        let mut pending = self.lock();
        let Pending { by_id, places, .. } = &mut *pending;
        let room = by_id.len() < MAX_PENDING;
        let (noted, is_new) = match by_id.entry(sign_in.id) {
            Entry::Occupied(entry) => (entry.into_mut(), false),
            Entry::Vacant(_) if !room => return false,
            Entry::Vacant(entry) => (entry.insert(PendingUse::begin(client, now)), true),
        };
        noted.due |= due;
        noted.at = now;
        noted.address = client.address;
        if old_secret {
            noted.old_secret = Some((now, client.address));
        }
        if counted {
            noted.count += 1;
            *places += noted.note_place(client, now, *places < MAX_PLACES);
        }
        is_new && written.is_none()
    }

    /// Notes that a key made use of a scope.
    pub(crate) fn note_scope(&self, id: SignInId, scope: Scope, at: Timestamp) {
        let mut pending = self.lock();
        if pending.scopes.len() >= MAX_PENDING && !pending.scopes.contains_key(&id) {
            return;
        }
        let scopes = pending.scopes.entry(id).or_default();
        match scopes.iter_mut().find(|used| used.scope == scope) {
            Some(used) => used.at = at,
            None => scopes.push(UsedScope { scope, at }),
        }
    }

    /// Takes out what shall be written: all of it, or only what is due at `now`.
    fn drain(&self, due_at: Option<Timestamp>) -> Vec<Use> {
        let mut pending = self.lock();
        let Pending { by_id, scopes, places } = &mut *pending;
        let wanted = |_: &SignInId, used: &mut PendingUse| {
            due_at.is_none_or(|now| used.due || now.since(used.since) >= WRITE_EVERY)
        };
        by_id
            .extract_if(wanted)
            .map(|(id, used)| {
                *places -= used.places.len();
                used.finish(id, scopes.remove(&id).unwrap_or_default())
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Uses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uses")
    }
}

impl PendingUse {
    fn begin(client: &Client, now: Timestamp) -> Self {
        Self {
            since: now,
            due: false,
            at: now,
            address: client.address,
            count: 0,
            places: Vec::new(),
            old_secret: None,
        }
    }

    /// Counts a request at its place. Answers how many places are new.
    fn note_place(&mut self, client: &Client, now: Timestamp, room: bool) -> usize {
        let same = |place: &&mut PendingPlace| place.address == client.address && place.user_agent == client.user_agent;
        if let Some(place) = self.places.iter_mut().find(same) {
            place.count += 1;
            place.at = now;
            return 0;
        }
        if !room || self.places.len() >= MAX_PLACES_OF_KEY {
            return 0;
        }
        self.places.push(PendingPlace {
            address: client.address,
            user_agent: client.user_agent.clone(),
            count: 1,
            at: now,
        });
        1
    }

    fn finish(self, id: SignInId, scopes: Vec<UsedScope>) -> Use {
        let place = |place: PendingPlace| UsedPlace {
            address: place.address.to_string(),
            program: program_name(&place.user_agent),
            count: place.count,
            at: place.at,
        };
        Use {
            count: self.count,
            places: self.places.into_iter().map(place).collect(),
            scopes,
            old_secret: self.old_secret.map(|(at, address)| LastUse {
                at,
                address: address.to_string(),
            }),
            ..Use::new(id, self.at, self.address.to_string())
        }
    }
}

impl Identity {
    /// Writes all noted uses. Called once before the end.
    pub async fn flush_uses(&self) {
        self.write_uses(self.uses.drain(None)).await;
    }

    /// Writes the noted uses that nobody should wait for. Called every few seconds.
    pub async fn flush_due_uses(&self) {
        self.write_uses(self.uses.drain(Some(self.clock.now()))).await;
    }

    async fn write_uses(&self, uses: Vec<Use>) {
        if uses.is_empty() {
            return;
        }
        if let Err(error) = self.store.record_uses(&uses).await {
            tracing::warn!(%error, count = uses.len(), "last uses could not be written");
        }
    }
}
