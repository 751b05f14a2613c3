//! Of several callers at once, one wins.

use std::sync::Arc;

use flui_identity::{
    Store, StoreError,
    sign_ins::{EndReason, SpentBearer, Which},
};
use rstest::rstest;

use super::{
    logins::{attempt, logout},
    support::{Backend, Db, ISSUER, at, began, browser, end, event, secret, workstation},
};

/// Runs all at once, and answers what each said.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    db: &Db,
    count: usize,
    act: impl Fn(Arc<dyn Store>, usize) -> F,
) -> Vec<T> {
    let running: Vec<_> = (0..count)
        .map(|n| tokio::spawn(act(Arc::clone(db.store()), n)))
        .collect();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn b14_a_login_attempt_has_one_taker(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    for round in 0..30 {
        let kept = attempt(&format!("s{round}"), "b", 0);
        db.store().insert_login_attempt(&kept, 5).await.unwrap();
        let taken = at_once(&db, 8, |store, _| {
            let kept = kept.clone();
            async move {
                store
                    .take_login_attempt(&kept.state_hash, &kept.browser_hash)
                    .await
                    .unwrap()
            }
        })
        .await;
        assert_eq!(taken.into_iter().flatten().count(), 1);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn b14_a_sign_in_ends_once_with_one_event(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    for round in 1..=30 {
        let new = browser("alice");
        let alice = db.insert(&new).await.person.id;
        let ended = at_once(&db, 6, |store, n| {
            let which = match n % 3 {
                0 => Which::Ids(vec![new.sign_in.id]),
                1 => Which::Secret(new.sign_in.secret_hash),
                _ => Which::OtherSessions {
                    person: alice,
                    except: browser("x").sign_in.id,
                },
            };
            async move {
                store
                    .end_sign_ins(&which, &end(1, EndReason::SignedOut), &event())
                    .await
                    .unwrap()
                    .len()
            }
        })
        .await;
        assert_eq!(ended.into_iter().sum::<usize>(), 1);
        assert_eq!(db.events().await.len(), 2 * round);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn e6_fifty_at_once_buy_one_key_with_one_bearer(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let hash = secret();
    let bought = at_once(&db, 50, |store, _| {
        let mut new = workstation("alice", "laptop");
        new.spent_bearer = Some(SpentBearer {
            hash,
            expires_at: at(300),
        });
        async move { store.insert_sign_in(&new, &began(&new)).await }
    })
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = bought.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for refused in lost {
        assert!(matches!(refused, Err(StoreError::BearerSpent)), "{refused:?}");
    }
    assert_eq!((db.count("sign_ins").await, db.events().await.len()), (1, 1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_person_who_signs_in_twice_at_once_is_one_person(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let begun = at_once(&db, 12, |store, _| {
        let mut new = browser("alice");
        new.keep_at_most = Some(5);
        async move { store.insert_sign_in(&new, &began(&new)).await.unwrap().person.id }
    })
    .await;
    assert!(begun.iter().all(|id| *id == begun[0]));
    assert_eq!(db.count("people").await, 1);
    assert_eq!(db.count("sign_ins where ended_at is null").await, 5);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l11_a_logout_token_is_new_to_one_caller(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    for round in 0..20 {
        let token = logout(&format!("{round}"), None, Some("s"));
        let new = at_once(&db, 8, |store, _| {
            let token = token.clone();
            async move { store.remember_logout_token(&token).await.unwrap() }
        })
        .await;
        assert_eq!(new.into_iter().filter(|is_new| *is_new).count(), 1);
    }
}

/// The provider's logout arrives while the sign-in is being written: it is refused, or ended, and never lives on.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l15_a_session_never_outlives_a_logout_that_came_at_the_same_time(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    for round in 0..150 {
        let sid = format!("sid {round}");
        let mut new = browser("alice");
        new.sign_in.proof.provider_sid = Some(sid.clone());
        let token = logout(&sid, None, Some(&sid));
        let (begin, logout) = (Arc::clone(db.store()), Arc::clone(db.store()));
        let hash = new.sign_in.secret_hash;
        let beginning = tokio::spawn(async move { begin.insert_sign_in(&new, &began(&new)).await });
        let ending = tokio::spawn(async move {
            assert!(logout.remember_logout_token(&token).await.unwrap());
            let which = Which::ProviderSession {
                issuer: ISSUER.to_owned(),
                subject: None,
                sid: Some(sid),
            };
            logout
                .end_sign_ins(&which, &end(1, EndReason::ProviderLogout), &event())
                .await
                .unwrap()
                .len()
        });
        let (begun, ended) = (beginning.await.unwrap(), ending.await.unwrap());
        match db.store().find_by_secret(&hash).await.unwrap() {
            Some(found) => {
                assert!(begun.is_ok());
                assert_eq!(ended, 1);
                assert!(found.sign_in.ended.is_some());
            }
            None => assert!(matches!(begun, Err(StoreError::SignedOutMeanwhile)), "{begun:?}"),
        }
    }
}

/// Uses and ends of the same rows, from all sides: none waits for another that waits for it.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn uses_and_ends_of_the_same_rows_never_block_each_other(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let mut sessions = Vec::new();
    for _ in 0..40 {
        sessions.push(db.insert(&browser("alice")).await.sign_in);
    }
    let alice = sessions[0].person_id;
    let done = at_once(&db, 24, |store, n| {
        let mut uses: Vec<_> = sessions
            .iter()
            .map(|sign_in| flui_identity::sign_ins::Use {
                count: 1,
                ..flui_identity::sign_ins::Use::new(sign_in.id, at(n as u64), "192.0.2.1")
            })
            .collect();
        if n % 2 == 0 {
            uses.reverse();
        }
        let except = sessions[n].id;
        async move {
            if n % 4 == 3 {
                let which = Which::OtherSessions { person: alice, except };
                let told = end(1, EndReason::SignedOutElsewhere);
                store
                    .end_sign_ins(&which, &told, &event())
                    .await
                    .map(|ended| ended.len())
            } else {
                store.record_uses(&uses).await.map(|()| 0)
            }
        }
    })
    .await;
    let ended: usize = done.into_iter().map(Result::unwrap).sum();
    // The first ends 39; the second, which spares another one, the last.
    assert_eq!(ended, 40);
}
