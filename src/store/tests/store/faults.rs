//! What the store says when the database fails it, and that it heals by itself.

use std::path::{Path, PathBuf};

use flui_identity::{StoreError, sign_ins::EndReason, sign_ins::Which};
use flui_store::{Database, OpenError, check, migrate, open};
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

/// What a hand may do to the files of an open database, and back.
#[derive(Clone, Copy, Debug)]
enum Harm {
    Deleted,
    Replaced,
    LogDeleted,
    ReadOnly,
}

impl Harm {
    fn aside(path: &Path) -> PathBuf {
        path.with_extension("aside")
    }

    fn of(self, path: &Path) -> PathBuf {
        match self {
            Self::LogDeleted => path.with_extension("db-wal"),
            _ => path.to_owned(),
        }
    }

    fn set_writable(path: &Path, writable: bool) {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if writable { 0o600 } else { 0o400 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn does(self, path: &Path) {
        let path = self.of(path);
        match self {
            Self::ReadOnly => Self::set_writable(&path, false),
            Self::Deleted | Self::LogDeleted => std::fs::rename(&path, Self::aside(&path)).unwrap(),
            Self::Replaced => {
                std::fs::rename(&path, Self::aside(&path)).unwrap();
                std::fs::copy(Self::aside(&path), &path).unwrap();
            }
        }
    }

    fn undoes(self, path: &Path) {
        let path = self.of(path);
        match self {
            Self::ReadOnly => Self::set_writable(&path, true),
            _ => std::fs::rename(Self::aside(&path), &path).unwrap(),
        }
    }
}

#[rstest]
#[tokio::test]
async fn b5_a_sqlite_file_that_is_not_what_was_opened_answers_nothing_until_it_is_back(
    #[values(Harm::Deleted, Harm::Replaced, Harm::LogDeleted, Harm::ReadOnly)] harm: Harm,
) {
    let db = Db::new(Backend::Sqlite).await;
    let found = db.insert(&browser("alice")).await;
    let hash = found.sign_in.secret_hash;
    db.store().find_by_secret(&hash).await.unwrap().unwrap();
    harm.does(db.path());
    let new = browser("bob");
    unavailable(db.store().insert_sign_in(&new, &began(&new)).await);
    unavailable(db.store().list_contexts().await);
    unavailable(db.store().ping().await);
    unavailable(db.store().find_by_secret(&hash).await);
    assert_eq!(
        db.path().exists(),
        !matches!(harm, Harm::Deleted),
        "no new file is made"
    );
    harm.undoes(db.path());
    db.store().ping().await.unwrap();
    assert_eq!(*db.store().find_by_secret(&hash).await.unwrap().unwrap(), found);
    db.insert(&new).await;
    assert_eq!(db.count("sign_ins").await, 2, "what was refused was not written");
}

#[tokio::test]
async fn b5_a_database_that_is_gone_is_not_begun_anew_in_silence() {
    let mut db = Db::new(Backend::Sqlite).await;
    db.insert(&browser("alice")).await;
    db.close();
    let aside = Harm::aside(db.path());
    std::fs::rename(db.path(), &aside).unwrap();
    for refused in [
        open(&db.database).await.err().unwrap(),
        migrate(&db.database).await.unwrap_err(),
        check(&db.database).await.unwrap_err(),
    ] {
        assert!(
            matches!(&refused, OpenError::Gone(path) if path == db.path()),
            "{refused:?}"
        );
        assert!(refused.to_string().contains("Restore it from a backup"), "{refused}");
    }
    assert!(!db.path().exists());
    std::fs::rename(&aside, db.path()).unwrap();
    check(&db.database).await.unwrap();
    db.open().await;
    assert_eq!(db.count("sign_ins").await, 1);

    // Whoever means it says so.
    db.close();
    let mut lock = db.path().clone().into_os_string();
    lock.push(".lock");
    std::fs::remove_file(db.path()).unwrap();
    std::fs::remove_file(lock).unwrap();
    db.open().await;
    assert_eq!(db.count("sign_ins").await, 0);
}
