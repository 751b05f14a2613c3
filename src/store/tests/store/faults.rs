//! What the store says when the database fails it, and that it heals by itself.

use flui_identity::{StoreError, sign_ins::EndReason, sign_ins::Which};
use flui_store::Database;
use rstest::rstest;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

use super::support::{Backend, Db, began, browser, end, event, server_url};

fn unavailable<T: std::fmt::Debug>(answer: Result<T, StoreError>) {
    let Err(error) = answer else {
        panic!("{answer:?}");
    };
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert_eq!(error.to_string(), "the database cannot be reached");
}

#[tokio::test]
async fn b15_a_postgresql_that_went_away_is_unavailable_until_it_is_back() {
    let db = Db::new(Backend::Postgres).await;
    let found = db.insert(&browser("alice")).await;
    let hash = found.sign_in.secret_hash;
    let Database::Postgres(url) = &db.database else {
        panic!("not PostgreSQL");
    };
    let name = url.rsplit_once('/').unwrap().1;
    let mut server = PgConnection::connect(&server_url()).await.unwrap();
    let away = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
    server.execute(AssertSqlSafe(away)).await.unwrap();
    // The server needs a moment to see its connections off.
    let rename = format!("alter database {name} rename to {name}_away");
    while server.execute(AssertSqlSafe(rename.as_str())).await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }

    unavailable(db.store().ping().await);
    unavailable(db.store().find_by_secret(&hash).await);
    let new = browser("bob");
    unavailable(db.store().insert_sign_in(&new, &began(&new)).await);
    let which = Which::Secret(hash);
    unavailable(
        db.store()
            .end_sign_ins(&which, &end(1, EndReason::Revoked), &event())
            .await,
    );

    let back = format!("alter database {name}_away rename to {name}");
    server.execute(AssertSqlSafe(back)).await.unwrap();
    db.store().ping().await.unwrap();
    assert_eq!(*db.store().find_by_secret(&hash).await.unwrap().unwrap(), found);
    db.insert(&new).await;
}

#[tokio::test]
async fn b4_a_locked_sqlite_is_unavailable_to_writers_and_open_to_readers() {
    let db = Db::new(Backend::Sqlite).await;
    let found = db.insert(&browser("alice")).await;
    let url = format!("sqlite://{}", db.path().display());
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    other.execute("begin immediate").await.unwrap();
    let new = browser("bob");
    unavailable(db.store().insert_sign_in(&new, &began(&new)).await);
    db.store().ping().await.unwrap();
    assert_eq!(
        *db.store()
            .find_by_secret(&found.sign_in.secret_hash)
            .await
            .unwrap()
            .unwrap(),
        found
    );
    other.execute("rollback").await.unwrap();
    db.insert(&new).await;
    assert_eq!(db.count("sign_ins").await, 2);
}

#[rstest]
#[case::kind("kind = 'butler'")]
#[case::groups("amr = '[1]'")]
#[case::scopes("scopes = '[\"apps:own\"]'")]
#[case::address("address = 'here'")]
#[case::reason("ended_at = 1, end_reason = 'tired'")]
#[tokio::test]
async fn what_a_hand_spoiled_is_called_unreadable_and_nothing_else_is(
    #[case] spoil: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let mut db = Db::new(on).await;
    let (alice, bob) = (db.insert(&browser("alice")).await, db.insert(&browser("bob")).await);
    assert_eq!(
        db.sql(&format!(
            "update sign_ins set {spoil} where secret_hash in \
        (select secret_hash from sign_ins order by id limit 1)"
        ))
        .await
        .unwrap(),
        1
    );
    db.close();
    db.open().await;
    let read = db.store().find_by_secret(&alice.sign_in.secret_hash).await;
    assert!(matches!(read, Err(StoreError::Corrupt(_))), "{read:?}");
    assert!(matches!(
        db.store().find_sign_in(alice.sign_in.id).await,
        Err(StoreError::Corrupt(_))
    ));
    assert_eq!(db.store().find_sign_in(bob.sign_in.id).await.unwrap(), Some(bob));
}
