//! What the index in memory must never do.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use flui_identity::sign_ins::{EndReason, KeyChange, NewSecret, Which};
use rstest::rstest;

use super::support::{Backend, Db, at, browser, end, event, key, proven, secret};

/// Readers ask without pause while sign-ins end, one a round. A reader that starts after the end was answered must see
/// it.
async fn race(db: &Db, rounds: usize) {
    let alice = db.insert(&browser("alice")).await.person.id;
    let mut late = 0;
    let mut seen_live = 0;
    for _ in 0..rounds {
        let new = key(alice, "k");
        db.insert(&new).await;
        let ended = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = (0..6)
            .map(|_| {
                let store = Arc::clone(db.store());
                let ended = Arc::clone(&ended);
                let hash = new.sign_in.secret_hash;
                tokio::spawn(async move {
                    let (mut live, mut late) = (0, 0);
                    loop {
                        let was_ended = ended.load(Ordering::SeqCst);
                        let found = store.find_by_secret(&hash).await.unwrap().unwrap();
                        match (found.sign_in.ended.is_none(), was_ended) {
                            (true, true) => late += 1,
                            (true, false) => live += 1,
                            (false, true) => return (live, late),
                            (false, false) => {}
                        }
                        if late > 0 {
                            return (live, late);
                        }
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        tokio::task::yield_now().await;
        let which = Which::Ids(vec![new.sign_in.id]);
        let told = end(1, EndReason::Revoked);
        assert_eq!(db.store().end_sign_ins(&which, &told, &event()).await.unwrap().len(), 1);
        ended.store(true, Ordering::SeqCst);
        for reader in readers {
            let (live, after) = reader.await.unwrap();
            seen_live += live;
            late += after;
        }
    }
    assert_eq!(late, 0);
    assert!(seen_live > 0, "no reader ever saw a live sign-in: the race was not run");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k7_no_read_that_starts_after_the_end_shows_a_live_sign_in_on_sqlite() {
    race(&Db::new(Backend::Sqlite).await, 2_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn k7_no_read_that_starts_after_the_end_shows_a_live_sign_in_on_postgres() {
    race(&Db::new(Backend::Postgres).await, 200).await;
}

/// The caller of an end may go away before it is answered. What ended must not stay live in memory.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_end_whose_caller_went_away_is_seen_all_the_same() {
    let db = Db::new(Backend::Sqlite).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    for round in 0..300_u64 {
        let new = key(alice, "k");
        db.insert(&new).await;
        let hash = new.sign_in.secret_hash;
        assert!(
            db.store()
                .find_by_secret(&hash)
                .await
                .unwrap()
                .unwrap()
                .sign_in
                .ended
                .is_none()
        );
        let store = Arc::clone(db.store());
        let which = Which::Ids(vec![new.sign_in.id]);
        let caller = tokio::spawn(async move {
            store
                .end_sign_ins(&which, &end(1, EndReason::Revoked), &event())
                .await
                .unwrap();
        });
        tokio::time::sleep(std::time::Duration::from_micros(round * 10)).await;
        caller.abort();
        let _ = caller.await;
        // Whatever the database says in the end, memory says too.
        let another = key(alice, "after");
        db.insert(&another).await;
        let kept = db.store().find_sign_in(new.sign_in.id).await.unwrap().unwrap();
        let shown = db.store().find_by_secret(&hash).await.unwrap().unwrap();
        assert_eq!(shown.sign_in.ended.is_some(), kept.sign_in.ended.is_some());
    }
}

#[rstest]
#[tokio::test]
async fn a_person_who_signs_in_again_shows_their_new_claims_by_every_sign_in(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let first = browser("alice");
    let alice = db.insert(&first).await.person.id;
    let ci = key(alice, "ci");
    db.insert(&ci).await;
    let groups = async || {
        let mut groups = Vec::new();
        for new in [&first, &ci] {
            let found = db
                .store()
                .find_by_secret(&new.sign_in.secret_hash)
                .await
                .unwrap()
                .unwrap();
            groups.push(found.person.groups.clone());
        }
        groups
    };
    let staff = proven("alice").groups.unwrap();
    assert_eq!(groups().await, [staff.clone(), staff]);
    let mut again = browser("alice");
    again.seen.as_mut().unwrap().groups = Some(vec!["readers".to_owned()]);
    db.insert(&again).await;
    assert_eq!(groups().await, [["readers"], ["readers"]]);
}

/// Readers ask by the old secret without pause while the first use of the new one ends it. A reader that starts after
/// that was answered must see that the old one is no longer good.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_read_that_starts_after_the_old_secret_ended_shows_it_as_good(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let mut seen_good = 0;
    for _ in 0..100 {
        let new = key(alice, "k");
        db.insert(&new).await;
        let (id, old, current) = (new.sign_in.id, new.sign_in.secret_hash, secret());
        let change = KeyChange::Secret(NewSecret {
            secret_hash: current,
            prefix: "flui_ci_ab".to_owned(),
            last_four: "wxyz".to_owned(),
            old_until: Some(at(60)),
        });
        db.store().change_key(id, &change, &event()).await.unwrap().unwrap();
        let ended = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let (store, ended) = (Arc::clone(db.store()), Arc::clone(&ended));
                tokio::spawn(async move {
                    let mut good = 0;
                    loop {
                        let was_ended = ended.load(Ordering::SeqCst);
                        let found = store.find_by_secret(&old).await.unwrap().unwrap();
                        let is_good = found.sign_in.overlap.is_some();
                        assert!(!(is_good && was_ended), "the old secret came back");
                        good += usize::from(is_good);
                        if was_ended {
                            return good;
                        }
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        tokio::task::yield_now().await;
        assert!(db.store().end_old_secret(id, &current, &event()).await.unwrap());
        ended.store(true, Ordering::SeqCst);
        for reader in readers {
            seen_good += reader.await.unwrap();
        }
    }
    assert!(
        seen_good > 0,
        "no reader ever saw a good old secret: the race was not run"
    );
}
