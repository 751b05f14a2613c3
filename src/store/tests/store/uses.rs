use flui_identity::sign_ins::{LastUse, NewSignIn, Use};
use rstest::rstest;

use super::support::{Backend, Db, at, browser, key, sign_in_id};

fn used(new: &NewSignIn, seconds: u64, address: &str) -> Use {
    Use::new(new.sign_in.id, at(seconds), address)
}

/// The last use, which both ways to a sign-in must agree on.
async fn last(db: &Db, new: &NewSignIn) -> Option<LastUse> {
    let by_id = db
        .store()
        .find_sign_in(new.sign_in.id)
        .await
        .unwrap()
        .unwrap()
        .sign_in
        .last_used;
    let by_secret = db
        .store()
        .find_by_secret(&new.sign_in.secret_hash)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(by_secret.sign_in.last_used, by_id);
    by_id
}

fn last_use(seconds: u64, address: &str) -> LastUse {
    LastUse {
        at: at(seconds),
        address: address.to_owned(),
    }
}

#[rstest]
#[tokio::test]
async fn the_newest_use_is_kept_and_time_never_moves_back(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let (a, b) = (browser("alice"), browser("bob"));
    db.insert(&a).await;
    db.insert(&b).await;
    assert_eq!(last(&db, &a).await, None);
    db.store().record_uses(&[]).await.unwrap();
    let uses = [
        used(&a, 5, "192.0.2.5"),
        used(&a, 9, "192.0.2.9"),
        used(&a, 7, "192.0.2.7"),
        Use {
            id: sign_in_id(),
            ..used(&a, 1, "nowhere")
        },
    ];
    db.store().record_uses(&uses).await.unwrap();
    assert_eq!(last(&db, &a).await, Some(last_use(9, "192.0.2.9")));
    assert_eq!(last(&db, &b).await, None);

    db.store()
        .record_uses(&[used(&a, 8, "192.0.2.8"), used(&b, 8, "2001:db8::8")])
        .await
        .unwrap();
    assert_eq!(last(&db, &a).await, Some(last_use(9, "192.0.2.9")));
    assert_eq!(last(&db, &b).await, Some(last_use(8, "2001:db8::8")));
    db.store().record_uses(&[used(&a, 10, "192.0.2.10")]).await.unwrap();
    assert_eq!(last(&db, &a).await, Some(last_use(10, "192.0.2.10")));
}

#[rstest]
#[tokio::test]
async fn many_uses_are_written_at_once(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let keys: Vec<NewSignIn> = (0..600).map(|_| key(alice, "k")).collect();
    for new in &keys {
        db.insert(new).await;
    }
    let uses: Vec<Use> = keys.iter().rev().map(|new| used(new, 3, "192.0.2.1")).collect();
    db.store().record_uses(&uses).await.unwrap();
    for new in &keys {
        assert_eq!(last(&db, new).await, Some(last_use(3, "192.0.2.1")));
    }
}
