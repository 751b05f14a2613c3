//! Changes of live keys: name, end, secret.

use std::sync::Arc;

use flui_identity::{
    SecretHash,
    audit::EventFilter,
    sign_ins::{EndReason, Found, KeyChange, NewSecret, Use, Which},
};
use flui_model::Timestamp;
use rstest::rstest;

use super::support::{Backend, Db, at, browser, end, event, key, secret, sign_in_id};

fn new_secret(hash: SecretHash, old_until: Option<Timestamp>) -> KeyChange {
    KeyChange::Secret(NewSecret {
        secret_hash: hash,
        prefix: "flui_ci_Xy".to_owned(),
        last_four: "9876".to_owned(),
        old_until,
    })
}

async fn by_secret(db: &Db, hash: &SecretHash) -> Option<Arc<Found>> {
    db.store().find_by_secret(hash).await.unwrap()
}

/// The secret that stays good beside the current one.
async fn old_secret(db: &Db, hash: &SecretHash) -> Option<SecretHash> {
    let found = by_secret(db, hash).await.unwrap();
    found.sign_in.overlap.as_ref().map(|overlap| overlap.secret_hash)
}

#[rstest]
#[tokio::test]
async fn a_key_is_renamed_extended_and_bound_with_an_event_each(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let new = key(alice, "Old");
    db.insert(&new).await;
    let (id, hash) = (new.sign_in.id, new.sign_in.secret_hash);
    by_secret(&db, &hash).await.unwrap();
    let renamed = KeyChange::Name("Né w".to_owned());
    let told = db.store().change_key(id, &renamed, &event()).await.unwrap().unwrap();
    assert_eq!(told.sign_in.name, "Né w");
    let later = KeyChange::ExpiresAt(at(99 * 3600));
    db.store().change_key(id, &later, &event()).await.unwrap().unwrap();
    let networks = flui_identity::check_networks(&["10.0.0.0/8".to_owned()]).unwrap();
    let bound = KeyChange::Networks(networks.clone());
    db.store().change_key(id, &bound, &event()).await.unwrap().unwrap();
    let shown = by_secret(&db, &hash).await.unwrap();
    assert_eq!(shown.sign_in.networks, networks);
    assert_eq!(
        (shown.sign_in.name.as_str(), shown.sign_in.expires_at),
        ("Né w", at(99 * 3600))
    );
    assert_eq!(shown.sign_in.secret_hash, hash);
    assert_eq!(db.events().await.len(), 5);
}

#[rstest]
#[tokio::test]
async fn what_is_over_or_absent_is_not_changed(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let (ended, mut expired, live) = (key(alice, "ended"), key(alice, "expired"), key(alice, "live"));
    expired.sign_in.expires_at = at(0);
    for new in [&ended, &expired, &live] {
        db.insert(new).await;
    }
    let which = Which::Ids(vec![ended.sign_in.id]);
    db.store()
        .end_sign_ins(&which, &end(0, EndReason::Revoked), &event())
        .await
        .unwrap();
    let before = db.events().await.len();
    for change in [
        KeyChange::Name("x".to_owned()),
        KeyChange::ExpiresAt(at(99 * 3600)),
        KeyChange::Networks(Vec::new()),
        new_secret(secret(), None),
    ] {
        for id in [ended.sign_in.id, expired.sign_in.id, sign_in_id()] {
            assert_eq!(db.store().change_key(id, &change, &event()).await.unwrap(), None);
        }
        assert!(
            db.store()
                .change_key(live.sign_in.id, &change, &event())
                .await
                .unwrap()
                .is_some()
        );
    }
    assert_eq!(db.events().await.len(), before + 4, "an event for each change alone");
}

#[rstest]
#[tokio::test]
async fn a_rotated_key_is_found_by_both_secrets_until_the_old_one_ends(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let new = key(alice, "k");
    db.insert(&new).await;
    let (id, first, second) = (new.sign_in.id, new.sign_in.secret_hash, secret());
    by_secret(&db, &first).await.unwrap();
    let rotated = db
        .store()
        .change_key(id, &new_secret(second, Some(at(60))), &event())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (rotated.sign_in.secret_hash, rotated.sign_in.rotated_at),
        (second, Some(at(0)))
    );
    assert_eq!(
        (rotated.sign_in.prefix.as_str(), rotated.sign_in.last_four.as_str()),
        ("flui_ci_Xy", "9876")
    );
    for hash in [first, second, first, second] {
        assert_eq!(by_secret(&db, &hash).await.unwrap().sign_in.id, id);
        assert_eq!(old_secret(&db, &hash).await, Some(first));
    }
    // Uses of both are one key's uses, and both ways to it agree.
    let used = Use {
        old_secret: Some(flui_identity::sign_ins::LastUse {
            at: at(5),
            address: "192.0.2.5".to_owned(),
        }),
        ..Use::new(id, at(5), "192.0.2.5")
    };
    db.store().record_uses(&[used]).await.unwrap();
    for hash in [first, second] {
        let sign_in = by_secret(&db, &hash).await.unwrap().sign_in.clone();
        assert_eq!(sign_in.last_used.as_ref().unwrap().at, at(5));
        assert_eq!(sign_in.overlap.unwrap().last_used.unwrap().address, "192.0.2.5");
        let stored = db.store().find_sign_in(id).await.unwrap().unwrap().sign_in;
        assert_eq!(stored.overlap.unwrap().last_used.unwrap().at, at(5));
    }

    assert!(
        !db.store().end_old_secret(id, &first, &event()).await.unwrap(),
        "not the current one"
    );
    let before = db.events().await.len();
    assert!(db.store().end_old_secret(id, &second, &event()).await.unwrap());
    assert!(
        !db.store().end_old_secret(id, &second, &event()).await.unwrap(),
        "ended once"
    );
    assert_eq!(db.events().await.len(), before + 1);
    for hash in [first, second] {
        assert_eq!(old_secret(&db, &hash).await, None);
    }
}

#[rstest]
#[tokio::test]
async fn a_key_never_has_more_than_two_good_secrets(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let new = key(alice, "k");
    db.insert(&new).await;
    let (id, first) = (new.sign_in.id, new.sign_in.secret_hash);
    let (lost, third, fourth) = (secret(), secret(), secret());
    let rotate = async |hash, until| {
        let change = new_secret(hash, until);
        db.store()
            .change_key(id, &change, &event())
            .await
            .unwrap()
            .unwrap()
            .sign_in
    };
    rotate(lost, Some(at(60))).await;
    let sign_in = rotate(third, Some(at(90))).await;
    let overlap = sign_in.overlap.unwrap();
    assert_eq!(
        (overlap.secret_hash, overlap.until),
        (first, at(90)),
        "the secret in use stays"
    );
    // The lost one still leads to its key, so that its holder can be told.
    let found = by_secret(&db, &lost).await.unwrap();
    assert_eq!((found.sign_in.id, found.sign_in.secret_hash), (id, third));
    let sign_in = rotate(fourth, None).await;
    assert_eq!((sign_in.secret_hash, sign_in.overlap), (fourth, None));
    for hash in [first, lost, third, fourth] {
        assert_eq!(by_secret(&db, &hash).await.unwrap().sign_in.secret_hash, fourth);
    }
}

#[rstest]
#[tokio::test]
async fn a_key_ends_by_either_of_its_good_secrets(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let ended_by = async |which: fn(SecretHash, SecretHash) -> SecretHash, until| {
        let new = key(alice, "k");
        db.insert(&new).await;
        let current = secret();
        let change = new_secret(current, Some(until));
        db.store()
            .change_key(new.sign_in.id, &change, &event())
            .await
            .unwrap()
            .unwrap();
        let which = Which::Secret(which(new.sign_in.secret_hash, current));
        let told = end(1, EndReason::Revoked);
        let ended = db.store().end_sign_ins(&which, &told, &event()).await.unwrap().len();
        for hash in [new.sign_in.secret_hash, current] {
            let found = by_secret(&db, &hash).await.unwrap();
            assert_eq!(found.sign_in.ended.is_some(), ended == 1);
        }
        ended
    };
    assert_eq!(ended_by(|old, _| old, at(60)).await, 1);
    assert_eq!(ended_by(|_, current| current, at(60)).await, 1);
    assert_eq!(
        ended_by(|old, _| old, at(1)).await,
        0,
        "an old secret whose time is over ends nothing"
    );
}

#[rstest]
#[tokio::test]
async fn networks_are_read_as_they_were_written(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let mut new = key(alice, "k");
    new.sign_in.networks =
        flui_identity::check_networks(&["10.0.0.0/8".to_owned(), "2001:db8::/32".to_owned()]).unwrap();
    db.insert(&new).await;
    let found = by_secret(&db, &new.sign_in.secret_hash).await.unwrap();
    assert_eq!(found.sign_in.networks, new.sign_in.networks);
    assert_eq!(found.sign_in.networks.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_keys_story_holds_what_was_done_to_it_and_with_it(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let (a, b) = (key(alice, "a"), key(alice, "b"));
    db.insert(&a).await;
    db.insert(&b).await;
    let with_a = flui_identity::audit::Event {
        sign_in: Some(a.sign_in.id),
        ..event().about(&b.sign_in)
    };
    db.store().append_event(&with_a).await.unwrap();
    let story = async |id| {
        let filter = EventFilter {
            about: Some(id),
            ..EventFilter::default()
        };
        db.store().list_events(&filter, None, 10).await.unwrap().len()
    };
    assert_eq!((story(a.sign_in.id).await, story(b.sign_in.id).await), (2, 2));
    assert_eq!(story(sign_in_id()).await, 0);
}
