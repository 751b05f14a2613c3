//! Counts, places and scopes of keys.

use flui_identity::sign_ins::{Day, DayUses, KeyUses, MAX_KEPT_PLACES, NewSignIn, Use, UsedPlace, UsedScope};
use flui_model::Timestamp;
use rstest::rstest;

use super::support::{Backend, Db, at, browser, key};

const DAY: u64 = 86_400;

fn place(address: &str, count: u64, at: Timestamp) -> UsedPlace {
    UsedPlace {
        address: address.to_owned(),
        program: "curl/8.5.0".to_owned(),
        count,
        at,
    }
}

/// Requests from one place, which made use of one scope.
fn used(new: &NewSignIn, count: u64, seconds: u64, address: &str) -> Use {
    Use {
        count,
        places: vec![place(address, count, at(seconds))],
        scopes: vec![UsedScope {
            scope: "keys:look".parse().unwrap(),
            at: at(seconds),
        }],
        ..Use::new(new.sign_in.id, at(seconds), address)
    }
}

async fn uses(db: &Db, new: &NewSignIn) -> KeyUses {
    let first = Day::of(at(0)).back(89);
    db.store().find_key_uses(new.sign_in.id, first).await.unwrap()
}

async fn two_keys(db: &Db) -> (NewSignIn, NewSignIn) {
    let alice = db.insert(&browser("alice")).await.person.id;
    let (a, b) = (key(alice, "a"), key(alice, "b"));
    db.insert(&a).await;
    db.insert(&b).await;
    (a, b)
}

#[rstest]
#[tokio::test]
async fn requests_add_up_by_day_and_place(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let (a, b) = two_keys(&db).await;
    assert_eq!(uses(&db, &a).await, KeyUses::default());
    let batch = [
        used(&a, 3, 5, "192.0.2.1"),
        used(&b, 7, 5, "192.0.2.1"),
        // The same key twice in one batch, and a place that two agents share.
        used(&a, 2, 6, "192.0.2.1"),
    ];
    db.store().record_uses(&batch).await.unwrap();
    db.store()
        .record_uses(&[used(&a, 4, DAY + 9, "192.0.2.9")])
        .await
        .unwrap();
    db.store().record_uses(&[used(&a, 1, 7, "192.0.2.1")]).await.unwrap();

    let kept = uses(&db, &a).await;
    let first = Day::of(at(0));
    let day = |day, count| DayUses { day, count };
    assert_eq!(kept.days, [day(first, 6), day(first.back(-1), 4)]);
    assert_eq!(
        kept.places,
        [place("192.0.2.9", 4, at(DAY + 9)), place("192.0.2.1", 6, at(7))]
    );
    assert_eq!(kept.scopes.len(), 1);
    assert_eq!(kept.scopes[0].at, at(DAY + 9), "time never moves back");
    assert_eq!(uses(&db, &b).await.days, [day(first, 7)]);
    let later = db.store().find_key_uses(a.sign_in.id, first.back(-1)).await.unwrap();
    assert_eq!(later.days, [day(first.back(-1), 4)]);
}

#[rstest]
#[tokio::test]
async fn the_latest_places_of_each_key_are_kept(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let (a, b) = two_keys(&db).await;
    db.store().record_uses(&[used(&b, 1, 0, "192.0.2.200")]).await.unwrap();
    for n in 0..30 {
        let batch = [used(&a, 1, n, &format!("192.0.2.{n}"))];
        db.store().record_uses(&batch).await.unwrap();
    }
    let places = uses(&db, &a).await.places;
    assert_eq!(places.len(), MAX_KEPT_PLACES as usize);
    assert_eq!(
        (places[0].address.as_str(), places[19].address.as_str()),
        ("192.0.2.29", "192.0.2.10")
    );
    assert_eq!(uses(&db, &a).await.days[0].count, 30, "counted without their place");
    assert_eq!(uses(&db, &b).await.places.len(), 1, "another key's place");
}

#[rstest]
#[tokio::test]
async fn old_counts_and_places_are_swept(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let (a, _) = two_keys(&db).await;
    for day in 0..4 {
        let batch = [used(&a, 1, day * DAY, &format!("192.0.2.{day}"))];
        db.store().record_uses(&batch).await.unwrap();
    }
    let before = Day::of(at(2 * DAY));
    db.store().sweep_uses(before).await.unwrap();
    let kept = uses(&db, &a).await;
    assert_eq!(
        kept.days.iter().map(|day| day.day).collect::<Vec<_>>(),
        [before, before.back(-1)]
    );
    assert_eq!(kept.places.len(), 2);
    assert_eq!((db.count("key_uses").await, db.count("key_places").await), (2, 2));
}
