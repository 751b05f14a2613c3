use std::time::Duration;

use flui_identity::{
    SecretHash, StoreError,
    sign_ins::{EndReason, NamedRequest, NewSignIn, Use, Which},
};
use flui_model::SignInId;
use rstest::rstest;

use super::support::{Backend, Db, at, began, end, event, secret, workstation};

/// A request of this name for a key that is to be used by second 600.
fn asked(name: &str, content: &str) -> NewSignIn {
    let mut new = workstation("alice", "laptop");
    new.request = Some(NamedRequest {
        hash: SecretHash::of(name),
        content: SecretHash::of(content),
        expires_at: at(1_000),
    });
    new.unused_until = Some(at(600));
    new
}

/// What the first use of a workstation key does.
async fn use_first(db: &Db, id: SignInId) {
    let end = end(1, EndReason::Replaced);
    db.store()
        .end_sign_ins(&Which::ReplacedBy(id), &end, &event())
        .await
        .unwrap();
}

async fn end_unused(db: &Db, seconds: u64) -> Vec<SignInId> {
    let which = Which::Unused {
        now: at(seconds),
        at_most: 10,
    };
    let end = end(seconds, EndReason::NeverUsed);
    let ended = db.store().end_sign_ins(&which, &end, &event()).await.unwrap();
    ended.iter().map(|sign_in| sign_in.id).collect()
}

#[rstest]
#[tokio::test]
async fn e7_a_request_that_comes_again_gets_a_new_secret_for_its_key(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let first = db.insert(&asked("a", "x")).await;
    let lost = first.sign_in.secret_hash;
    let again = asked("a", "x");
    let found = db.insert(&again).await;
    assert_eq!(found.sign_in.id, first.sign_in.id);
    assert_eq!(found.sign_in.secret_hash, again.sign_in.secret_hash);
    assert!(found.sign_in.overlap.is_none(), "the lost secret opens nothing");
    let by_lost = db.store().find_by_secret(&lost).await.unwrap().unwrap();
    assert_ne!(by_lost.sign_in.secret_hash, lost);
    assert_eq!(db.count("sign_ins").await, 1);
    let events = db.events().await;
    assert_eq!(events.len(), 2);
    let told = events.iter().find(|event| event.action == "key.rotated").unwrap();
    assert_eq!(told.reason.as_deref(), Some("answer_lost"));
    assert_eq!(told.object, Some(first.sign_in.id.to_string()));

    let other = asked("a", "y");
    let refused = db.store().insert_sign_in(&other, &began(&other)).await;
    assert!(matches!(refused, Err(StoreError::OtherRequest)), "{refused:?}");
    db.insert(&asked("b", "y")).await;
    assert_eq!(db.count("sign_ins").await, 2);

    let mut late = asked("a", "x");
    late.sign_in.created_at = at(2_000);
    late.sign_in.expires_at = at(90_000);
    let later = db.insert(&late).await;
    assert_eq!(later.sign_in.id, late.sign_in.id, "the first one is forgotten");
}

#[rstest]
#[tokio::test]
async fn e7_a_key_that_was_used_keeps_its_secret(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    for (name, by_record) in [("a", true), ("b", false)] {
        let first = db.insert(&asked(name, "x")).await;
        if by_record {
            let used = Use::new(first.sign_in.id, at(1), "192.0.2.1");
            db.store().record_uses(&[used]).await.unwrap();
        } else {
            use_first(&db, first.sign_in.id).await;
        }
        let again = asked(name, "x");
        let refused = db.store().insert_sign_in(&again, &began(&again)).await;
        assert!(matches!(refused, Err(StoreError::AlreadyAnswered)), "{refused:?}");
        let found = db.store().find_sign_in(first.sign_in.id).await.unwrap().unwrap();
        assert_eq!(found.sign_in.secret_hash, first.sign_in.secret_hash);
    }
}

#[rstest]
#[tokio::test]
async fn e7_keys_that_nobody_used_end_in_time(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let unused = db.insert(&asked("a", "x")).await.sign_in.id;
    let used = db.insert(&asked("b", "x")).await.sign_in.id;
    let mut on_another = asked("c", "x");
    on_another.sign_in.machine.as_mut().unwrap().name = "desktop".to_owned();
    let noted = db.insert(&on_another).await.sign_in.id;
    let asked_again = db.insert(&asked("d", "x")).await.sign_in.id;
    let mut again = asked("d", "x");
    again.unused_until = Some(at(900));
    db.insert(&again).await;
    db.insert(&workstation("alice", "phone")).await;
    db.store()
        .record_uses(&[Use::new(used, at(1), "192.0.2.1")])
        .await
        .unwrap();
    use_first(&db, noted).await;
    assert_eq!(end_unused(&db, 599).await, []);
    assert_eq!(end_unused(&db, 600).await, [unused]);
    assert_eq!(end_unused(&db, 600).await, []);
    assert_eq!(end_unused(&db, 900).await, [asked_again]);
    db.store().sweep(at(0) + Duration::from_secs(1_000)).await.unwrap();
    assert_eq!(
        (db.count("unused_keys").await, db.count("named_requests").await),
        (0, 0)
    );
    assert!(db.store().find_by_secret(&secret()).await.unwrap().is_none());
}
