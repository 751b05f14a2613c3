use flui_identity::{
    StoreError,
    device_logins::{Decision, DeviceLogin, Looked},
};
use flui_model::{DeviceLoginId, PersonId, SignInId, api_keys::Machine};
use rstest::rstest;
use uuid::Uuid;

use super::support::{Backend, Db, at, browser, client, event, next, secret};

fn login() -> DeviceLogin {
    DeviceLogin {
        id: DeviceLoginId::from_uuid(Uuid::from_u128(u128::from(next()))),
        device_code: secret(),
        user_code: secret(),
        challenge: secret(),
        key_name: "db \"server\"".to_owned(),
        machine: Machine {
            name: "db-server".to_owned(),
            os: "linux".to_owned(),
        },
        client: client(),
        created_at: at(0),
        expires_at: at(600),
        decision: None,
    }
}

/// A person with a browser session.
async fn person(db: &Db, subject: &str) -> (PersonId, SignInId) {
    let found = db.insert(&browser(subject)).await;
    (found.person.id, found.sign_in.id)
}

async fn look_up(db: &Db, login: &DeviceLogin, by: (PersonId, SignInId), seconds: u64) -> Looked {
    let since = at(seconds) - std::time::Duration::from_mins(10);
    db.store()
        .look_up_device_login(&login.user_code, by, at(seconds), since, 2)
        .await
        .unwrap()
}

fn decision(by: (PersonId, SignInId), approved: bool) -> Decision {
    Decision {
        approved,
        by: by.0,
        with: by.1,
        at: at(20),
    }
}

#[rstest]
#[tokio::test]
async fn a_device_login_comes_back_as_it_was_written(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = person(&db, "alice").await;
    let login = login();
    db.store().insert_device_login(&login).await.unwrap();
    let taken = DeviceLogin {
        user_code: login.user_code,
        ..self::login()
    };
    let refused = db.store().insert_device_login(&taken).await.unwrap_err();
    assert!(matches!(refused, StoreError::Taken), "{refused:?}");

    assert_eq!(
        db.store().find_device_login(login.id, alice.0, at(9)).await.unwrap(),
        None,
        "nobody typed its code"
    );
    assert_eq!(
        look_up(&db, &login, alice, 10).await,
        Looked::Found(Box::new(login.clone()))
    );
    assert_eq!(
        db.store().find_device_login(login.id, alice.0, at(11)).await.unwrap(),
        Some(login.clone())
    );
    assert_eq!(
        db.store().find_device_login(login.id, alice.0, at(600)).await.unwrap(),
        None,
        "its time is over"
    );
    assert_eq!(look_up(&db, &login, alice, 600).await, Looked::Unknown);
}

#[rstest]
#[tokio::test]
async fn only_who_typed_the_code_decides_and_only_once(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let (alice, bob) = (person(&db, "alice").await, person(&db, "bob").await);
    let login = login();
    db.store().insert_device_login(&login).await.unwrap();
    look_up(&db, &login, alice, 10).await;
    let decide = async |decision: Decision| {
        db.store()
            .decide_device_login(login.id, &decision, &event())
            .await
            .unwrap()
    };
    let rows = db.count("audit_events").await;
    assert!(!decide(decision(bob, true)).await);
    assert_eq!(db.count("audit_events").await, rows);
    let approved = decision(alice, true);
    assert!(decide(approved.clone()).await);
    assert!(!decide(decision(alice, false)).await);
    assert_eq!(db.count("audit_events").await, rows + 1);
    let polled = db
        .store()
        .poll_device_login(&login.device_code, &login.challenge, at(21))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(polled.login.decision, Some(approved));
    assert_eq!(look_up(&db, &login, bob, 22).await, Looked::Unknown, "decided");
}

#[rstest]
#[tokio::test]
async fn guesses_count_for_each_sign_in_and_are_forgotten(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let (alice, bob) = (person(&db, "alice").await, person(&db, "bob").await);
    let (known, unknown) = (login(), login());
    db.store().insert_device_login(&known).await.unwrap();
    for seconds in [1, 2] {
        assert_eq!(look_up(&db, &unknown, alice, seconds).await, Looked::Unknown);
    }
    assert_eq!(look_up(&db, &known, alice, 3).await, Looked::TooManyTries);
    assert_eq!(
        look_up(&db, &known, bob, 3).await,
        Looked::Found(Box::new(known.clone()))
    );
    let later = DeviceLogin {
        expires_at: at(1200),
        ..login()
    };
    db.store().insert_device_login(&later).await.unwrap();
    assert_eq!(
        look_up(&db, &later, alice, 601).await,
        Looked::Found(Box::new(later.clone())),
        "one guess is too old"
    );

    db.store().sweep(at(600 + 3_599)).await.unwrap();
    assert_eq!(db.count("device_logins").await, 2);
    db.store().sweep(at(600 + 3_600)).await.unwrap();
    assert_eq!(
        (db.count("device_logins").await, db.count("device_tries").await),
        (1, 0)
    );
}

#[rstest]
#[tokio::test]
async fn polling_waits_longer_and_a_stranger_changes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let login = login();
    db.store().insert_device_login(&login).await.unwrap();
    let too_soon = async |seconds: u64| {
        let polled = db
            .store()
            .poll_device_login(&login.device_code, &login.challenge, at(seconds))
            .await;
        polled.unwrap().unwrap().too_soon
    };
    assert!(!too_soon(0).await);
    let stranger = db
        .store()
        .poll_device_login(&login.device_code, &secret(), at(1))
        .await
        .unwrap();
    assert_eq!(stranger, None);
    assert!(!too_soon(5).await);
    assert!(too_soon(7).await);
    assert!(too_soon(13).await, "ten seconds by now");
    assert!(!too_soon(28).await);
}
