use std::time::Duration;

use flui_identity::{
    apps::{AppCode, AppTarget, NewAppSession},
    audit::{Action, Event},
    sign_ins::{End, EndReason, Found, Which},
};
use flui_model::PersonId;
use rstest::rstest;

use super::support::{Backend, Db, at, browser, client, secret};

fn event() -> Event {
    Event::new(at(0), Action::AppOpened, Some(&client()))
}

fn code(found: &Found) -> AppCode {
    AppCode {
        code_hash: secret(),
        target: AppTarget {
            host: "wiki.example.org".to_owned(),
            challenge: secret(),
            return_to: "/start?x=1".to_owned(),
        },
        sign_in: found.sign_in.id,
        expires_at: at(0) + Duration::from_secs(30),
    }
}

fn session(code: &AppCode) -> NewAppSession {
    NewAppSession {
        secret_hash: secret(),
        sign_in: code.sign_in,
        host: code.target.host.clone(),
        created_at: at(1),
    }
}

#[rstest]
#[tokio::test]
async fn a_code_buys_one_session_which_is_good_for_its_host(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let store = db.store();
    let found = db.insert(&browser("alice")).await;
    let code = code(&found);
    store.insert_app_code(&code).await.unwrap();
    assert_eq!(store.find_app_code(&secret()).await.unwrap(), None);
    assert_eq!(store.find_app_code(&code.code_hash).await.unwrap(), Some(code.clone()));

    let first = session(&code);
    assert!(
        store
            .begin_app_session(&code.code_hash, &first, &event())
            .await
            .unwrap()
    );
    assert!(
        !store
            .begin_app_session(&code.code_hash, &session(&code), &event())
            .await
            .unwrap(),
        "a code is good once"
    );
    assert_eq!(store.find_app_code(&code.code_hash).await.unwrap(), None);
    let found_by = async |hash, host| store.find_app_session(&hash, host).await.unwrap();
    assert_eq!(
        found_by(first.secret_hash, "wiki.example.org").await,
        Some(found.sign_in.secret_hash)
    );
    assert_eq!(found_by(first.secret_hash, "git.example.org").await, None);
    assert_eq!(found_by(secret(), "wiki.example.org").await, None);
    let opened = db
        .events()
        .await
        .into_iter()
        .filter(|event| event.action == "app.opened");
    assert_eq!(opened.count(), 1, "an act that changes nothing leaves no event");
}

#[rstest]
#[tokio::test]
async fn a_later_session_takes_the_place_of_the_one_before_at_the_same_host(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let store = db.store();
    let found = db.insert(&browser("alice")).await;
    let mut hashes = Vec::new();
    for _ in 0..2 {
        let code = code(&found);
        let session = session(&code);
        store.insert_app_code(&code).await.unwrap();
        assert!(
            store
                .begin_app_session(&code.code_hash, &session, &event())
                .await
                .unwrap()
        );
        hashes.push(session.secret_hash);
    }
    assert_eq!(
        store.find_app_session(&hashes[0], "wiki.example.org").await.unwrap(),
        None
    );
    assert!(
        store
            .find_app_session(&hashes[1], "wiki.example.org")
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(db.count("app_sessions").await, 1);
}

#[rstest]
#[tokio::test]
async fn the_sweep_takes_late_codes_and_the_sessions_of_ended_sign_ins(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let store = db.store();
    let (alice, bob) = (db.insert(&browser("alice")).await, db.insert(&browser("bob")).await);
    for found in [&alice, &bob] {
        let code = code(found);
        store.insert_app_code(&code).await.unwrap();
        assert!(
            store
                .begin_app_session(&code.code_hash, &session(&code), &event())
                .await
                .unwrap()
        );
    }
    let open = code(&bob);
    store.insert_app_code(&open).await.unwrap();
    store.sweep(at(1)).await.unwrap();
    assert_eq!((db.count("app_sessions").await, db.count("app_codes").await), (2, 1));

    let end = End {
        at: at(2),
        by: None::<PersonId>,
        reason: EndReason::SignedOut,
    };
    let which = Which::Ids(vec![alice.sign_in.id]);
    store.end_sign_ins(&which, &end, &event()).await.unwrap();
    store.sweep(open.expires_at).await.unwrap();
    assert_eq!((db.count("app_sessions").await, db.count("app_codes").await), (1, 0));
}
