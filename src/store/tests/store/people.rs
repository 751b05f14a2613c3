use flui_identity::{StoreError, people::ProvenPerson};
use rstest::rstest;

use super::support::{Backend, Db, ISSUER, at, browser, proven};

#[rstest]
#[tokio::test]
async fn a_person_is_found_by_id_and_by_the_providers_name(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let new = browser("alice");
    let person = db.insert(&new).await.person;
    assert_eq!(person.id, new.sign_in.person_id);
    assert_eq!(Some(&person.groups), proven("alice").groups.as_ref());
    assert_eq!(person.first_seen_at, at(0));
    assert_eq!(db.store().find_person(person.id).await.unwrap(), Some(person.clone()));
    assert_eq!(
        db.store().find_person_by_subject(ISSUER, "alice").await.unwrap(),
        Some(person)
    );

    assert_eq!(db.store().find_person_by_subject(ISSUER, "Alice").await.unwrap(), None);
    assert_eq!(
        db.store()
            .find_person_by_subject("https://id.example/", "alice")
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        db.store().find_person(browser("x").sign_in.person_id).await.unwrap(),
        None
    );
}

#[rstest]
#[tokio::test]
async fn signing_in_again_brings_the_claims_up_to_date_and_nothing_else(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let first = db.insert(&browser("alice")).await;
    db.sql("update people set disabled_at = 7").await.unwrap();

    let mut again = browser("alice");
    again.sign_in.created_at = at(60);
    again.seen = Some(ProvenPerson {
        name: None,
        email: Some("new@example.org".to_owned()),
        email_verified: false,
        groups: Some(Vec::new()),
        ..proven("alice")
    });
    let second = db.insert(&again).await;
    assert_ne!(again.sign_in.person_id, first.person.id);
    assert_eq!(second.person.id, first.person.id);
    assert_eq!(second.sign_in.person_id, first.person.id);
    assert_eq!(
        second.person.name, first.person.name,
        "a proof that says nothing of the name leaves it"
    );
    assert_eq!(second.person.email.as_deref(), Some("new@example.org"));
    assert!(!second.person.email_verified);
    assert!(second.person.groups.is_empty());
    assert_eq!(second.person.first_seen_at, at(0));
    assert_eq!(second.person.last_seen_at, at(60));
    assert_eq!(second.person.disabled_at.map(flui_model::Timestamp::as_micros), Some(7));
    assert_eq!(db.count("people").await, 1);
}

/// Some bearers carry no roles. They must not make an admin a plain user, nor the other way round.
#[rstest]
#[tokio::test]
async fn a_proof_without_roles_leaves_those_of_the_last_sign_in(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let first = db.insert(&browser("alice")).await.person;
    assert!(!first.groups.is_empty());
    let mut silent = browser("alice");
    silent.seen = Some(ProvenPerson {
        email: None,
        groups: None,
        ..proven("alice")
    });
    let second = db.insert(&silent).await.person;
    assert_eq!((second.groups, second.email), (first.groups, first.email));
    assert_eq!(second.email_verified, first.email_verified);
    let mut stranger = browser("bob");
    stranger.seen = Some(ProvenPerson {
        groups: None,
        ..proven("bob")
    });
    assert!(db.insert(&stranger).await.person.groups.is_empty());
}

/// The same mail address under another subject is another person, and the first one's sign-ins stay theirs.
#[rstest]
#[tokio::test]
async fn c24_a_person_is_issuer_and_subject_and_never_mail(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await;
    let mut heir = browser("bob");
    heir.seen = Some(ProvenPerson {
        email: alice.person.email.clone(),
        ..proven("bob")
    });
    let heir = db.insert(&heir).await;
    assert_ne!(heir.person.id, alice.person.id);
    let mut elsewhere = browser("alice");
    elsewhere.seen = Some(ProvenPerson {
        issuer: "https://other.example".to_owned(),
        ..proven("alice")
    });
    assert_ne!(db.insert(&elsewhere).await.person.id, alice.person.id);
    assert_eq!(db.count("people").await, 3);
}

#[rstest]
#[tokio::test]
async fn text_with_nul_is_kept_readably_but_never_names_a_person(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let mut odd = browser("alice");
    odd.sign_in.client.user_agent = "a\0b".to_owned();
    let found = db.insert(&odd).await;
    let kept = db.store().find_sign_in(found.sign_in.id).await.unwrap().unwrap();
    assert_eq!(kept.sign_in.client.user_agent, "a\u{FFFD}b");

    let nul = browser("ali\0ce");
    let refused = db.store().insert_sign_in(&nul, &super::support::began(&nul)).await;
    assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
    assert_eq!(db.count("people").await, 1);
    assert_eq!(db.count("sign_ins").await, 1);
}
