//! What ended by itself is written down, once.

use std::sync::Arc;

use flui_identity::{
    Identity, Policy,
    audit::RecordedEvent,
    sign_ins::{EndReason, KeyChange, Use, Which},
};
use flui_model::{SignInId, Timestamp};
use rstest::rstest;

use super::support::{Backend, Counting, Db, TestClock, at, browser, end, event, key};

const HOUR: u64 = 3_600;

fn identity(db: &Db, clock: &Arc<TestClock>) -> Identity {
    let clock = Arc::clone(clock) as _;
    Identity::new(Arc::clone(db.store()), clock, Arc::new(Counting), Policy::default())
}

/// The rows that tell of an end by itself, as object, action, time and reason, oldest first.
async fn told(db: &Db) -> Vec<(String, String, Timestamp, Option<String>)> {
    let events = db.events().await.into_iter();
    let of = |event: RecordedEvent| {
        assert!(event.actor.is_none() && event.sign_in.is_none() && event.address.is_none());
        (event.object.unwrap(), event.action, event.at, event.reason)
    };
    events
        .filter(|event| event.action.ends_with(".expired"))
        .map(of)
        .collect()
}

#[rstest]
#[tokio::test]
async fn u1_what_ends_by_itself_leaves_one_row_with_the_time_of_its_end(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let clock = TestClock::new();
    let session = db.insert(&browser("alice")).await;
    let (idle, alice) = (session.sign_in.id, session.person.id);
    let mut new = browser("bob");
    new.sign_in.expires_at = at(6 * HOUR);
    let used = db.insert(&new).await.sign_in.id;
    db.store()
        .record_uses(&[Use::new(used, at(6 * HOUR - 60), "::1")])
        .await
        .unwrap();
    let made = async |expires_at| {
        let mut new = key(alice, "deploy");
        new.sign_in.expires_at = expires_at;
        db.insert(&new).await.sign_in.id
    };
    let (early, ended, late) = (made(at(100)).await, made(at(100)).await, made(at(20 * HOUR)).await);
    db.store()
        .end_sign_ins(&Which::Ids(vec![ended]), &end(50, EndReason::Revoked), &event())
        .await
        .unwrap();

    // Two replicas, which look at the same time.
    let replicas = [identity(&db, &clock), identity(&db, &clock)];
    let sweep = async || {
        let [one, other] = &replicas;
        let (one, other) = tokio::join!(one.sweep(), other.sweep());
        one.and(other).unwrap();
    };
    clock.advance(99);
    sweep().await;
    assert_eq!(told(&db).await, []);
    clock.advance(1);
    sweep().await;
    sweep().await;
    let row = |id: SignInId, action: &str, at, reason: Option<&str>| {
        (id.to_string(), action.to_owned(), at, reason.map(str::to_owned))
    };
    let first = row(early, "key.expired", at(100), None);
    assert_eq!(told(&db).await, std::slice::from_ref(&first));

    clock.advance(13 * HOUR);
    sweep().await;
    let rows = told(&db).await;
    assert_eq!(
        rows,
        [
            first,
            row(used, "sign_in.expired", at(6 * HOUR), None),
            row(idle, "sign_in.expired", at(HOUR / 2), Some("idle")),
        ],
        "neither what was ended nor {late}, which is live"
    );
}

#[rstest]
#[tokio::test]
async fn u1_hundreds_that_end_at_once_are_all_told(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    for _ in 0..450 {
        let mut new = key(alice, "deploy");
        new.sign_in.expires_at = at(100);
        db.insert(&new).await;
    }
    let clock = TestClock::new();
    clock.advance(101);
    identity(&db, &clock).sweep().await.unwrap();
    assert_eq!(told(&db).await.len(), 450);
}

/// A clock that ran ahead for a while has the end of a key written down that is not over.
#[rstest]
#[tokio::test]
async fn b9_an_end_that_was_told_too_early_is_told_again(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let mut new = key(alice, "deploy");
    new.sign_in.expires_at = at(100);
    let id = db.insert(&new).await.sign_in.id;
    let ahead = TestClock::new();
    ahead.advance(200);
    identity(&db, &ahead).sweep().await.unwrap();
    assert_eq!(told(&db).await.len(), 1);
    let longer = KeyChange::ExpiresAt(at(300));
    let found = db.store().change_key(id, &longer, &event()).await.unwrap();
    assert!(found.is_some(), "it is live at the event's time, and was not ended");
    ahead.advance(50);
    identity(&db, &ahead).sweep().await.unwrap();
    assert_eq!(told(&db).await.len(), 1);
    ahead.advance(50);
    identity(&db, &ahead).sweep().await.unwrap();
    assert_eq!(told(&db).await.last().unwrap().2, at(300));
}
