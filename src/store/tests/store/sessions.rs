//! The session store of tower-sessions.

use std::{collections::HashMap, sync::Arc};

use flui_identity::{
    Identity, Policy, SecretHash,
    sign_ins::{EndReason, Proof, Which},
};
use flui_model::{Kind, Timestamp};
use flui_store::{NEW_SESSION, Sessions};
use rstest::rstest;
use serde_json::{Value, json};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
};

use super::support::{Backend, Counting, Db, TestClock, at, client, end, event, key, proven};

struct App {
    db: Db,
    clock: Arc<TestClock>,
    identity: Identity,
    sessions: Sessions,
}

impl App {
    async fn new(on: Backend) -> Self {
        let db = Db::new(on).await;
        let clock = TestClock::new();
        let store = Arc::clone(db.store());
        let identity = Identity::new(
            Arc::clone(&store),
            Arc::clone(&clock) as _,
            Arc::new(Counting),
            Policy::default(),
        );
        let sessions = Sessions::new(store, Arc::clone(&clock) as _);
        Self {
            db,
            clock,
            identity,
            sessions,
        }
    }

    /// A record as the session layer hands it over right after a person proved themselves.
    async fn proven_record(&self, data: &[(&str, Value)]) -> Record {
        let new = self
            .identity
            .start_session(proven("alice"), Proof::default(), &client())
            .await
            .unwrap();
        let mut record = record(Id::default(), data);
        record
            .data
            .insert(NEW_SESSION.to_owned(), serde_json::to_value(new).unwrap());
        record
    }

    async fn sign_in(&self, data: &[(&str, Value)]) -> Record {
        let mut record = self.proven_record(data).await;
        self.sessions.create(&mut record).await.unwrap();
        record
    }
}

fn record(id: Id, data: &[(&str, Value)]) -> Record {
    Record {
        id,
        data: data
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect(),
        expiry_date: at(0).into(),
    }
}

#[rstest]
#[tokio::test]
async fn a_session_begins_with_a_sign_in_and_keeps_the_rest_of_its_data(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let app = App::new(on).await;
    let begun = app.sign_in(&[("theme", json!("dark"))]).await;
    assert!(!begun.data.contains_key(NEW_SESSION));
    assert_eq!(Timestamp::from(begun.expiry_date), at(12 * 3600));
    assert_eq!(app.sessions.load(&begun.id).await.unwrap(), Some(begun.clone()));

    let hash = SecretHash::of(&begun.id.to_string());
    let found = app.db.store().find_by_secret(&hash).await.unwrap().unwrap();
    assert_eq!(found.sign_in.kind, Kind::Browser);
    assert_eq!(found.person.subject, "alice");
    assert_eq!(app.db.events().await[0].action, "sign_in.started");

    // Without further data nothing is kept, and read as nothing.
    let bare = app.sign_in(&[]).await;
    assert_eq!(app.sessions.load(&bare.id).await.unwrap().unwrap().data, HashMap::new());
    assert_eq!(app.db.count("sign_ins where session_data is null").await, 1);
}

#[rstest]
#[tokio::test]
async fn s4_a_session_without_a_sign_in_writes_no_row(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let app = App::new(on).await;
    let mut anonymous = record(Id::default(), &[("cart", json!([1]))]);
    let refused = app.sessions.create(&mut anonymous).await.unwrap_err();
    assert!(refused.to_string().contains("begins with a sign-in"), "{refused}");
    let mut forged = record(Id::default(), &[(NEW_SESSION, json!({"person": "alice"}))]);
    assert!(app.sessions.create(&mut forged).await.is_err());
    app.sessions.save(&anonymous).await.unwrap();
    assert_eq!(app.db.count("sign_ins").await, 0);
    assert_eq!(app.sessions.load(&anonymous.id).await.unwrap(), None);
    app.sign_in(&[]).await;
    assert_eq!(app.db.count("sign_ins").await, 1);
}

#[rstest]
#[tokio::test]
async fn s2_an_id_in_use_is_never_taken_over(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let app = App::new(on).await;
    let first = app.sign_in(&[("whose", json!("first"))]).await;
    let mut second = app.proven_record(&[("whose", json!("second"))]).await;
    second.id = first.id;
    app.sessions.create(&mut second).await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(
        app.sessions.load(&first.id).await.unwrap().unwrap().data["whose"],
        json!("first")
    );
    assert_eq!(
        app.sessions.load(&second.id).await.unwrap().unwrap().data["whose"],
        json!("second")
    );
    assert_eq!(app.db.count("sign_ins").await, 2);
}

#[rstest]
#[tokio::test]
async fn saving_replaces_the_data_and_never_the_sign_in(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let app = App::new(on).await;
    let mut session = app.sign_in(&[("a", json!(1)), ("b", json!("\0"))]).await;
    assert_eq!(app.sessions.load(&session.id).await.unwrap(), Some(session.clone()));
    session.data = HashMap::from([("c".to_owned(), json!({"d": null}))]);
    let mut saved = session.clone();
    saved.data.insert(NEW_SESSION.to_owned(), json!("left over"));
    app.sessions.save(&saved).await.unwrap();
    assert_eq!(app.sessions.load(&session.id).await.unwrap(), Some(session.clone()));
    session.data.clear();
    app.sessions.save(&session).await.unwrap();
    assert_eq!(app.sessions.load(&session.id).await.unwrap(), Some(session.clone()));
    assert_eq!(app.db.count("sign_ins where session_data is null").await, 1);
}

#[rstest]
#[tokio::test]
async fn s5_an_expired_session_is_not_loaded(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let app = App::new(on).await;
    let session = app.sign_in(&[]).await;
    app.clock.advance(12 * 3600 - 1);
    assert!(app.sessions.load(&session.id).await.unwrap().is_some());
    app.clock.advance(1);
    assert_eq!(app.sessions.load(&session.id).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn s7_a_deleted_session_is_ended_once_and_says_so(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let app = App::new(on).await;
    let session = app.sign_in(&[("a", json!(1))]).await;
    let other = app.sign_in(&[]).await;
    app.clock.advance(5);
    app.sessions.delete(&Id::default()).await.unwrap();
    app.sessions.delete(&session.id).await.unwrap();
    app.sessions.delete(&session.id).await.unwrap();
    assert_eq!(app.sessions.load(&session.id).await.unwrap(), None);
    assert!(app.sessions.load(&other.id).await.unwrap().is_some());

    let hash = SecretHash::of(&session.id.to_string());
    let found = app.db.store().find_by_secret(&hash).await.unwrap().unwrap();
    let ended = found.sign_in.ended.as_ref().unwrap();
    assert_eq!(
        (ended.at, ended.by, ended.reason),
        (at(5), Some(found.person.id), EndReason::SignedOut)
    );
    let events = app.db.events().await;
    assert_eq!(events.len(), 3);
    assert_eq!((events[2].action.as_str(), events[2].address), ("sign_in.ended", None));
    assert_eq!(events[2].object, Some(found.sign_in.id.to_string()));
    assert_eq!(app.db.count("sign_ins where session_data is not null").await, 0);
}

#[rstest]
#[tokio::test]
async fn s9_saving_after_the_end_brings_nothing_back(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let app = App::new(on).await;
    let in_flight = app.sign_in(&[("a", json!(1))]).await;
    let hash = SecretHash::of(&in_flight.id.to_string());
    assert!(app.db.store().save_session_data(&hash, "{}").await.unwrap());
    let which = Which::Secret(hash);
    app.db
        .store()
        .end_sign_ins(&which, &end(1, EndReason::ProviderLogout), &event())
        .await
        .unwrap();
    app.sessions.save(&in_flight).await.unwrap();
    assert!(!app.db.store().save_session_data(&hash, "{}").await.unwrap());
    assert_eq!(app.db.store().find_session_data(&hash).await.unwrap(), None);
    assert_eq!(app.sessions.load(&in_flight.id).await.unwrap(), None);
    assert_eq!(app.db.count("sign_ins").await, 1);
    assert_eq!(app.db.count("sign_ins where ended_at is null").await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s9_logout_beats_requests_in_flight(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let app = App::new(on).await;
    for round in 0..200 {
        let session = app.sign_in(&[("n", json!(round))]).await;
        let saving: Vec<_> = (0..3)
            .map(|_| {
                let (sessions, session) = (app.sessions.clone(), session.clone());
                tokio::spawn(async move { sessions.save(&session).await.unwrap() })
            })
            .collect();
        app.sessions.delete(&session.id).await.unwrap();
        for save in saving {
            save.await.unwrap();
        }
        assert_eq!(app.sessions.load(&session.id).await.unwrap(), None);
    }
    assert_eq!(app.db.count("sign_ins where ended_at is null").await, 0);
    assert_eq!(app.db.count("sign_ins where session_data is not null").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_key_is_no_session(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let app = App::new(on).await;
    let session = app.sign_in(&[]).await;
    let id = Id::default();
    let hash = SecretHash::of(&session.id.to_string());
    let person = app.db.store().find_by_secret(&hash).await.unwrap().unwrap().person.id;
    let mut ci = key(person, "ci");
    ci.sign_in.secret_hash = SecretHash::of(&id.to_string());
    app.db.insert(&ci).await;
    assert_eq!(app.sessions.load(&id).await.unwrap(), None);
    app.sessions.delete(&id).await.unwrap();
    assert!(
        !app.db
            .store()
            .save_session_data(&ci.sign_in.secret_hash, "{}")
            .await
            .unwrap()
    );
    assert_eq!(
        app.db.store().find_session_data(&ci.sign_in.secret_hash).await.unwrap(),
        None
    );
    assert_eq!(
        app.db
            .store()
            .find_sign_in(ci.sign_in.id)
            .await
            .unwrap()
            .unwrap()
            .sign_in
            .ended,
        None
    );
    assert_eq!(
        app.db.store().find_session_data(&hash).await.unwrap().as_deref(),
        Some("")
    );
}

/// Reads every byte that SQLite keeps on disk, the write-ahead log included.
#[tokio::test]
async fn s10_the_database_holds_only_a_hash_of_the_session_id() {
    let app = App::new(Backend::Sqlite).await;
    let session = app.sign_in(&[("note", json!("find me"))]).await;
    let id = session.id.to_string();
    let raw = session.id.0.to_le_bytes();
    let hash = *SecretHash::of(&id).as_bytes();
    let mut kept = Vec::new();
    for file in std::fs::read_dir(app.db.path().parent().unwrap()).unwrap() {
        kept.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |bytes: &[u8]| kept.windows(bytes.len()).any(|window| window == bytes);
    assert!(holds(&hash) && holds(b"find me"));
    assert!(!holds(id.as_bytes()));
    assert!(!holds(&raw));
    assert_eq!(format!("{:?}", app.sessions), "Sessions");
}
