//! The index in memory of sign-ins that were asked for lately. SQLite only: there one process owns the database, so
//! that the index can be exact. With PostgreSQL another replica could end what this one still believes in.
//!
//! Why it never shows a live sign-in after its end was answered: whoever reads notes the epoch, reads the database, and
//! adds what it read only if the epoch is still the same. Whoever writes commits first, then raises the epoch and drops
//! what the write touched, and answers last. So a reader either read after the commit, or finds the epoch raised, or
//! added its row before the writer drops it. The same holds for the ids of lists, which every write drops but a use.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use flui_identity::{
    SecretHash,
    sign_ins::{Filter, Found, LastUse, Use},
};
use flui_model::{PersonId, SignInId, Timestamp};

/// The most entries. About 1.5 kB each.
const LIMIT: usize = 200_000;

/// The most lists. About 1 kB each with 50 rows, 16 kB with the most that a page can have.
const LISTS: usize = 1_000;

/// The index.
#[derive(Default)]
pub(crate) struct Live(RwLock<Entries>);

/// What a look into the index found.
pub(crate) enum Look {
    /// The sign-in.
    Found(Arc<Found>),
    /// Nothing, at this epoch: the database must be asked.
    Unknown(u64),
}

#[derive(Default)]
struct Entries {
    /// Rises with every write that touches an entry, or might.
    epoch: u64,
    /// A rotated key stands under both of its secrets.
    by_secret: HashMap<SecretHash, Arc<Found>>,
    /// The current secret.
    by_id: HashMap<SignInId, SecretHash>,
    by_person: HashMap<PersonId, HashSet<SignInId>>,
    /// First pages of lists.
    lists: HashMap<Filter, List>,
}

/// The first page of a list.
struct List {
    limit: u32,
    ids: Vec<SignInId>,
    /// From when on it holds no longer, because one of its sign-ins expires.
    until: Option<Timestamp>,
}

impl Live {
    /// Looks for a secret.
    pub(crate) fn look(&self, hash: &SecretHash) -> Look {
        let entries = self.read();
        match entries.by_secret.get(hash) {
            Some(found) => Look::Found(Arc::clone(found)),
            None => Look::Unknown(entries.epoch),
        }
    }

    /// The epoch. What is read from the database from now on may be added under it.
    pub(crate) fn epoch(&self) -> u64 {
        self.read().epoch
    }

    /// The sign-ins with these ids, in their order, unless one is not here or something was written since `epoch`.
    pub(crate) fn look_all(&self, ids: &[SignInId], epoch: u64) -> Option<Vec<Arc<Found>>> {
        let entries = self.read();
        if entries.epoch != epoch {
            return None;
        }
        entries.all(ids)
    }

    /// The first page of a list, if it is kept.
    pub(crate) fn look_list(&self, filter: &Filter, limit: u32, now: Timestamp) -> Option<Vec<Arc<Found>>> {
        let entries = self.read();
        let list = entries.lists.get(filter)?;
        let holds = list.limit == limit && list.until.is_none_or(|until| now < until);
        if holds { entries.all(&list.ids) } else { None }
    }

    /// Keeps the first page of a list that begins with all that is live, unless something was written since `epoch`. It
    /// changes by itself only when a sign-in on it expires: others are too many for the page, or over for good.
    pub(crate) fn keep_list(&self, epoch: u64, filter: &Filter, limit: u32, now: Timestamp, page: &[Arc<Found>]) {
        let expiries = page.iter().map(|found| found.sign_in.expires_at);
        let list = List {
            limit,
            ids: page.iter().map(|found| found.sign_in.id).collect(),
            until: expiries.filter(|at| now < *at).min(),
        };
        let mut entries = self.write();
        if entries.epoch != epoch {
            return;
        }
        if entries.lists.len() >= LISTS {
            entries.lists.clear();
        }
        entries.lists.insert(filter.clone(), list);
    }

    /// Adds what the database said, unless something was written since `epoch`.
    pub(crate) fn add(&self, epoch: u64, found: &Arc<Found>) {
        let mut entries = self.write();
        if entries.epoch != epoch {
            return;
        }
        if entries.by_secret.len() >= LIMIT {
            // What is still in use comes back by its next request.
            entries.drop_all();
        }
        let sign_in = &found.sign_in;
        // Between a writer's commit and its `forget` this may be a newer state than the one that is here, with other
        // secrets: an entry under a secret that the row no longer knows would never be dropped.
        entries.remove(sign_in.id);
        entries.by_secret.insert(sign_in.secret_hash, Arc::clone(found));
        if let Some(overlap) = &sign_in.overlap {
            entries.by_secret.insert(overlap.secret_hash, Arc::clone(found));
        }
        entries.by_id.insert(sign_in.id, sign_in.secret_hash);
        entries
            .by_person
            .entry(sign_in.person_id)
            .or_default()
            .insert(sign_in.id);
    }

    /// Drops sign-ins that were written to.
    pub(crate) fn forget(&self, ids: impl IntoIterator<Item = SignInId>) {
        let mut entries = self.write();
        entries.written();
        for id in ids {
            entries.remove(id);
        }
    }

    /// Drops all sign-ins of a person who was written to.
    pub(crate) fn forget_person(&self, person: PersonId) {
        let mut entries = self.write();
        entries.written();
        for id in entries.by_person.remove(&person).unwrap_or_default() {
            entries.remove(id);
        }
    }

    /// Drops everything, after a write of which nobody knows whether it stands.
    pub(crate) fn forget_all(&self) {
        let mut entries = self.write();
        entries.written();
        entries.drop_all();
    }

    /// Brings last uses up to date. Never moves a time back.
    pub(crate) fn note_uses(&self, uses: &[Use]) {
        let mut entries = self.write();
        entries.epoch += 1;
        for used in uses {
            let Some(hash) = entries.by_id.get(&used.id).copied() else {
                continue;
            };
            let Some(found) = entries.by_secret.get_mut(&hash) else {
                continue;
            };
            if found.sign_in.last_used.as_ref().is_none_or(|last| last.at < used.at) {
                Arc::make_mut(found).sign_in.last_used = Some(LastUse {
                    at: used.at,
                    address: used.address.clone(),
                });
            }
            let old = found.sign_in.overlap.as_ref().map(|overlap| overlap.secret_hash);
            if let Some(old) = old {
                if let Some(last) = &used.old_secret
                    && let Some(overlap) = &mut Arc::make_mut(found).sign_in.overlap
                {
                    overlap.last_used = Some(last.clone());
                }
                // Both secrets of a rotated key lead to one row.
                let found = Arc::clone(found);
                entries.by_secret.insert(old, found);
            }
        }
    }

    // A panic cannot leave the maps in a state that shows too much: at worst an entry stays unreachable or is dropped.
    fn read(&self) -> RwLockReadGuard<'_, Entries> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Entries> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// The sign-ins with these ids, in their order, unless one is not here.
    fn all(&self, ids: &[SignInId]) -> Option<Vec<Arc<Found>>> {
        let look = |id| {
            let hash = self.by_id.get(id)?;
            self.by_secret.get(hash).map(Arc::clone)
        };
        ids.iter().map(look).collect()
    }

    /// Something was written that may change who is in a list.
    fn written(&mut self) {
        self.epoch += 1;
        self.lists.clear();
    }

    fn remove(&mut self, id: SignInId) {
        let Some(hash) = self.by_id.remove(&id) else {
            return;
        };
        let Some(found) = self.by_secret.remove(&hash) else {
            return;
        };
        if let Some(overlap) = &found.sign_in.overlap {
            self.by_secret.remove(&overlap.secret_hash);
        }
        let person = found.sign_in.person_id;
        if let Some(ids) = self.by_person.get_mut(&person) {
            ids.remove(&id);
            if ids.is_empty() {
                self.by_person.remove(&person);
            }
        }
    }

    fn drop_all(&mut self) {
        self.by_secret.clear();
        self.by_id.clear();
        self.by_person.clear();
    }
}
