use std::sync::Arc;

use flui_store::{Database, OpenError, migrate, open};
use rstest::rstest;

use super::support::{Backend, Db, browser};

#[rstest]
#[tokio::test]
async fn b13_reopening_keeps_what_was_written(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let mut db = Db::new(on).await;
    db.store().ping().await.unwrap();
    let found = db.insert(&browser("alice")).await;
    let events = db.events().await;
    db.close();
    db.open().await;
    let again = db
        .store()
        .find_by_secret(&found.sign_in.secret_hash)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(*again, found);
    assert_eq!(db.events().await, events);
}

#[rstest]
#[tokio::test]
async fn migrating_leaves_a_database_that_opens_and_may_be_repeated(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let mut db = Db::unopened(on).await;
    migrate(&db.database).await.unwrap();
    migrate(&db.database).await.unwrap();
    assert_eq!(db.count("sign_ins").await, 0);
    db.open().await;
    db.insert(&browser("alice")).await;
}

#[rstest]
#[tokio::test]
async fn b17_a_newer_schema_is_left_alone(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let mut db = Db::new(on).await;
    db.insert(&browser("alice")).await;
    db.close();
    let newer = match on {
        Backend::Sqlite => {
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
             values (9999, 'of tomorrow', true, x'00', 0)"
        }
        Backend::Postgres => {
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
             values (9999, 'of tomorrow', true, '\\x00', 0)"
        }
    };
    db.sql(newer).await.unwrap();
    let refused = open(&db.database).await.err().unwrap();
    assert!(matches!(refused, OpenError::Newer { found: 9999, .. }), "{refused:?}");
    assert!(refused.to_string().contains("newer version"), "{refused}");
    let refused = migrate(&db.database).await.err().unwrap();
    assert!(matches!(refused, OpenError::Newer { .. }), "{refused:?}");
    db.sql("delete from _sqlx_migrations where version = 9999")
        .await
        .unwrap();
    db.open().await;
    assert_eq!(db.count("people").await, 1);
}

#[rstest]
#[tokio::test]
async fn b17_a_migration_that_was_altered_is_refused(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let mut db = Db::new(on).await;
    db.close();
    let same = if on == Backend::Sqlite { "x'00'" } else { "'\\x00'" };
    db.sql(&format!("update _sqlx_migrations set checksum = {same}"))
        .await
        .unwrap();
    let refused = open(&db.database).await.err().unwrap();
    assert!(matches!(refused, OpenError::Schema(_)), "{refused:?}");
}

#[tokio::test]
async fn a_second_process_is_told_that_the_sqlite_file_is_in_use() {
    let mut db = Db::new(Backend::Sqlite).await;
    for refused in [
        open(&db.database).await.err().unwrap(),
        migrate(&db.database).await.err().unwrap(),
    ] {
        assert!(
            matches!(&refused, OpenError::InUse(path) if path == db.path()),
            "{refused:?}"
        );
        assert!(refused.to_string().contains("in use by another process"), "{refused}");
    }
    db.insert(&browser("alice")).await;
    db.close();
    db.open().await;
}

#[tokio::test]
async fn two_replicas_share_postgresql() {
    let db = Db::unopened(Backend::Postgres).await;
    // Both bring the schema up to date at once.
    let (a, b) = tokio::join!(open(&db.database), open(&db.database));
    let (a, b) = (a.unwrap(), b.unwrap());
    let new = browser("alice");
    let found = a.insert_sign_in(&new, &super::support::began(&new)).await.unwrap();
    assert_eq!(
        b.find_by_secret(&new.sign_in.secret_hash).await.unwrap(),
        Some(Arc::new(found))
    );
}

#[cfg(unix)]
#[tokio::test]
async fn z3_the_database_is_private_to_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut db = Db::new(Backend::Sqlite).await;
    db.insert(&browser("alice")).await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = db.path().parent().unwrap().to_owned();
    assert_eq!(mode(&folder), 0o700);
    let mut names: Vec<String> = Vec::new();
    for file in std::fs::read_dir(&folder).unwrap() {
        let file = file.unwrap();
        assert_eq!(mode(&file.path()), 0o600, "{}", file.path().display());
        names.push(file.file_name().into_string().unwrap());
    }
    names.sort_unstable();
    assert_eq!(names, ["flui.db", "flui.db-shm", "flui.db-wal", "flui.db.lock"]);

    // A file that stood open to others is closed to them.
    db.close();
    std::fs::set_permissions(db.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    db.open().await;
    assert_eq!(mode(db.path()), 0o600);
}

#[tokio::test]
async fn a_database_in_memory_is_only_a_file_of_that_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(":memory:");
    let store = open(&Database::Sqlite(path.clone())).await.unwrap();
    store.ping().await.unwrap();
    assert!(path.exists());
}

#[tokio::test]
async fn what_cannot_be_opened_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "no database").unwrap();
    let below = Database::Sqlite(file.join("flui.db"));
    assert!(matches!(open(&below).await.err().unwrap(), OpenError::File { .. }));
    assert!(matches!(
        open(&Database::Sqlite(file)).await.err().unwrap(),
        OpenError::Unreachable(_)
    ));
    assert_eq!(std::fs::read(folder.path().join("file")).unwrap(), b"no database");

    let secret = "hunter2";
    for address in [
        format!("postgres://u:{secret}@[nowhere"),
        format!("mysql://u:{secret}@host/db"),
    ] {
        let database = Database::Postgres(address);
        assert!(!format!("{database:?}").contains(secret));
        let refused = open(&database).await.err().unwrap();
        assert!(matches!(refused, OpenError::Address), "{refused:?}");
        assert!(!format!("{refused} {refused:?}").contains(secret));
    }
    let away = Database::Postgres(format!("postgres://u:{secret}@127.0.0.1:1/db"));
    let refused = open(&away).await.err().unwrap();
    assert!(matches!(refused, OpenError::Unreachable(_)), "{refused:?}");
    assert!(!format!("{refused} {refused:?}").contains(secret));
}
