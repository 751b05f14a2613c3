//! What stands in the database that a page is made from: told by a test, and then written by the real store.

use std::sync::Arc;

use flui_identity::{
    SecretHash, Store,
    audit::{Action, Event},
    contexts::Context,
    device_logins::DeviceLogin,
    owners::RefreshToken,
    people::{Person, ProvenPerson},
    sign_ins::{End, EndReason, KeyChange, KeyUses, NewSecret, NewSignIn, SignIn, Use},
};
use flui_model::{Kind, SignInId, Timestamp};
use flui_store::{Database, open};
use tempfile::TempDir;

use super::{DAY, NOW, id, sign_in};

/// A person and all that is theirs.
pub(super) struct Kept {
    pub(super) person: Person,
    /// The first is the browser that looks at the page.
    pub(super) sign_ins: Vec<SignIn>,
    pub(super) contexts: Vec<Context>,
    /// Newest first.
    pub(super) events: Vec<Event>,
    /// Of the sign-in with the number 11.
    pub(super) uses: KeyUses,
    /// Their codes were typed by the person.
    pub(super) device_logins: Vec<DeviceLogin>,
    /// When the calendar address was made.
    pub(super) calendar: Option<Timestamp>,
}

impl Kept {
    pub(super) fn new(person: Person) -> Self {
        Self {
            person,
            sign_ins: Vec::new(),
            contexts: Vec::new(),
            events: Vec::new(),
            uses: KeyUses::default(),
            device_logins: Vec::new(),
            calendar: None,
        }
    }

    /// Writes all of it into a database of its own, which goes with the folder.
    pub(super) async fn write(self) -> (Arc<dyn Store>, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&Database::Sqlite(folder.path().join("flui.db"))).await.unwrap();
        self.write_sign_ins(&*store).await;
        for used in self.uses_of_key() {
            store.record_uses(&[used]).await.unwrap();
        }
        for context in &self.contexts {
            let made = event(Action::ContextCreated);
            store.insert_context(context, &made).await.unwrap();
        }
        for login in &self.device_logins {
            store.insert_device_login(login).await.unwrap();
            let by = (self.person.id, self.sign_ins[0].id);
            let since = NOW - DeviceLogin::LIFE;
            let tries = DeviceLogin::MOST_TRIES;
            let looked = store.look_up_device_login(&login.user_code, by, NOW, since, tries);
            looked.await.unwrap();
        }
        if let Some(at) = self.calendar {
            let secret = SecretHash::of("calendar");
            let made = event(Action::CalendarCreated);
            store.put_calendar(self.person.id, &secret, at, &made).await.unwrap();
        }
        for event in self.events.iter().rev() {
            store.append_event(event).await.unwrap();
        }
        for sign_in in self.sign_ins.iter().filter(|sign_in| sign_in.paused.is_some()) {
            let (ids, paused) = ([sign_in.id], event(Action::KeyPaused));
            let paused = store.set_keys_paused(&ids, sign_in.paused.as_ref(), &paused).await;
            assert_eq!(paused.unwrap(), ids);
        }
        if let Some(at) = self.person.gone_at {
            self.write_gone(&*store, at).await;
        }
        (store, folder)
    }

    /// Makers go before what they made.
    async fn write_sign_ins(&self, store: &dyn Store) {
        let mut waiting: Vec<&SignIn> = self.sign_ins.iter().collect();
        let mut written: Vec<SignInId> = Vec::new();
        while !waiting.is_empty() {
            let (ready, later): (Vec<_>, Vec<_>) = waiting
                .into_iter()
                .partition(|sign_in| sign_in.made_by.is_none_or(|maker| written.contains(&maker)));
            assert!(!ready.is_empty(), "something was made by what is not there");
            for sign_in in ready {
                self.write_sign_in(store, sign_in).await;
                written.push(sign_in.id);
            }
            waiting = later;
        }
    }

    async fn write_sign_in(&self, store: &dyn Store, told: &SignIn) {
        let mut sign_in = told.clone();
        if let Some(old) = &told.overlap {
            sign_in.secret_hash = old.secret_hash;
            (sign_in.overlap, sign_in.rotated_at) = (None, None);
        }
        let new = NewSignIn {
            sign_in,
            seen: Some(self.proven()),
            spent_bearer: None,
            keep_at_most: None,
            request: None,
            unused_until: None,
        };
        store.insert_sign_in(&new, &event(Action::SignInStarted)).await.unwrap();
        if let (Some(old), Some(at)) = (&told.overlap, told.rotated_at) {
            let secret = NewSecret {
                secret_hash: told.secret_hash,
                prefix: told.prefix.clone(),
                last_four: told.last_four.clone(),
                old_until: Some(old.until),
            };
            let rotated = Event::new(at, Action::KeyRotated, None);
            let change = KeyChange::Secret(secret);
            store.change_key(told.id, &change, &rotated).await.unwrap().unwrap();
            if let Some(last) = &old.last_used {
                let used = Use {
                    old_secret: Some(last.clone()),
                    ..Use::new(told.id, last.at, last.address.clone())
                };
                store.record_uses(&[used]).await.unwrap();
            }
        }
    }

    /// The person's own session ends with it, so somebody else looks on: Grace, an admin, with the session `grace`.
    async fn write_gone(&self, store: &dyn Store, at: Timestamp) {
        let token = RefreshToken {
            person_id: self.person.id,
            sealed: "sealed".to_owned(),
            given_at: at,
            doubtful_at: None,
        };
        store.put_refresh_token(&token).await.unwrap();
        let end = End {
            at,
            by: None,
            reason: EndReason::OwnerGone,
        };
        let gone = event(Action::PersonGone);
        assert!(store.set_person_gone(&token, NOW, &end, &gone).await.unwrap());
        let onlooker = NewSignIn {
            sign_in: SignIn {
                person_id: id(99),
                secret_hash: SecretHash::of("grace"),
                ..sign_in(98, Kind::Browser, "Firefox on Linux")
            },
            seen: Some(ProvenPerson {
                subject: "grace".to_owned(),
                name: Some("Grace Hopper".to_owned()),
                groups: Some(vec!["admins".to_owned()]),
                ..self.proven()
            }),
            spent_bearer: None,
            keep_at_most: None,
            request: None,
            unused_until: None,
        };
        let signed_in = event(Action::SignInStarted);
        store.insert_sign_in(&onlooker, &signed_in).await.unwrap();
    }

    fn proven(&self) -> ProvenPerson {
        let person = self.person.clone();
        ProvenPerson {
            issuer: person.issuer,
            subject: person.subject,
            name: person.name,
            email: person.email,
            email_verified: person.email_verified,
            groups: Some(person.groups),
        }
    }

    /// What was counted on each day; the last one came from the places and with the scopes.
    fn uses_of_key(&self) -> Vec<Use> {
        let days = self.uses.days.iter().map(|day| Use {
            count: day.count,
            ..Use::new(id(11), day.day.start(), "10.1.2.3")
        });
        let mut uses: Vec<_> = days.collect();
        if let Some(last) = uses.last_mut() {
            last.places.clone_from(&self.uses.places);
            last.scopes.clone_from(&self.uses.scopes);
        }
        uses
    }
}

/// The event that a change is written with.
fn event(action: Action) -> Event {
    Event::new(NOW - DAY * 2, action, None)
}
