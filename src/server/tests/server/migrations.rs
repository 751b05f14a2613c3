//! A migration that is killed midway leaves the step before, whole, and the next start goes on from there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use flui_devidp::Options;
use flui_testkit::{TestApp, postgres_database};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection, migrate::Migrator,
    sqlite::SqliteConnectOptions,
};

use crate::process::{Running, dashboard};

/// Only the first step of a database's schema, as it was when the product began.
async fn first_step(of: &str, folder: &Path) -> Migrator {
    let steps = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../store/migrations")
        .join(of);
    let copy = folder.join("steps");
    fs::create_dir(&copy).unwrap();
    fs::copy(steps.join("0001_foundation.sql"), copy.join("0001_foundation.sql")).unwrap();
    Migrator::new(copy).await.unwrap()
}

/// How many steps there are.
fn steps(of: &str) -> i64 {
    let steps = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../store/migrations")
        .join(of);
    let count = fs::read_dir(steps).unwrap().count();
    count.try_into().unwrap()
}

fn migrate(app: &TestApp) -> Child {
    let mut command = dashboard(app);
    command.arg("migrate").stderr(Stdio::null());
    command.spawn().unwrap()
}

fn kill(mut child: Child) -> bool {
    let _ = child.kill();
    child.wait().unwrap().success()
}

const DONE: &str = "select count(*) from _sqlx_migrations where success";

/// Rows enough that the second step, which makes indexes of them, takes its time.
const ROWS: &str = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000) \
                    insert into audit_events (at, action, outcome, object) \
                    select i, 'key.created', 'done', hex(randomblob(16)) from n";

async fn sqlite(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn one<T>(database: &mut SqliteConnection, text: &'static str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite> + Send + Unpin,
{
    sqlx::query_scalar(text).fetch_one(database).await.unwrap()
}

fn beside(file: &Path, end: &str) -> PathBuf {
    PathBuf::from(format!("{}{end}", file.display()))
}

#[tokio::test(flavor = "multi_thread")]
async fn b17_kill_9_during_a_migration_of_sqlite_leaves_whole_steps() {
    let mut app = TestApp::start().await;
    app.stop().await;
    let file = app.folder.path().join("flui.db");
    for end in ["", "-wal", "-shm", ".lock"] {
        let _ = fs::remove_file(beside(&file, end));
    }
    let mut database = sqlite(&file).await;
    first_step("sqlite", app.folder.path())
        .await
        .run(&mut database)
        .await
        .unwrap();
    database.execute(AssertSqlSafe(ROWS)).await.unwrap();
    database.close().await.unwrap();
    let old = app.folder.path().join("old");
    fs::rename(&file, &old).unwrap();

    let start = || {
        for end in ["-wal", "-shm"] {
            let _ = fs::remove_file(beside(&file, end));
        }
        fs::copy(&old, &file).unwrap();
        migrate(&app)
    };
    let log = || fs::metadata(beside(&file, "-wal")).map_or(0, |log| log.len());
    let mut inside = 0;
    // The log beside the database grows while a step is under way: each kill comes later in it.
    for size in [200_000, 500_000, 1_000_000, 2_000_000, 3_000_000, 5_000_000] {
        let mut running = start();
        let began = Instant::now();
        while log() < size && running.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < Duration::from_mins(1), "it neither grows nor ends");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        kill(running);
        let unfinished = log() >= size;
        let mut database = sqlite(&file).await;
        let sound: String = one(&mut database, "pragma integrity_check").await;
        assert_eq!(sound, "ok");
        let done: i64 = one(&mut database, DONE).await;
        let second = "select (select count(*) from sqlite_schema where name in ('replaced_secrets', 'key_uses', \
                      'audit_events_by_object')) + (select count(*) from pragma_table_info('sign_ins') where name = \
                      'networks')";
        let second: i64 = one(&mut database, second).await;
        assert_eq!(
            second,
            if done >= 2 { 4 } else { 0 },
            "all of a step or nothing: {done} are done"
        );
        database.close().await.unwrap();
        inside += usize::from(done == 1 && unfinished);
    }
    assert!(inside >= 2, "only {inside} kills came inside of a step");

    // What was killed last is gone on with by the next start, and serves.
    let (_server, _) = Running::start(&app, &app.folder.path().join("log"), &[]).await;
    let mut database = sqlite(&file).await;
    // The start writes a row of its own, before or after somebody looks.
    let ours = "select count(*) from audit_events where action = 'key.created'";
    let rows: i64 = one(&mut database, ours).await;
    let done: i64 = one(&mut database, DONE).await;
    assert_eq!((done, rows), (steps("sqlite"), 100_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn b17_of_two_replicas_that_migrate_postgresql_one_may_be_killed_midway() {
    let url = postgres_database().await;
    // The server is opened on another database: this one stays as old as it is.
    let other = postgres_database().await;
    let mut app = TestApp::start_with(&[("FLUI_DATABASE_URL", &other)], Options::default()).await;
    app.stop().await;
    let mut database = PgConnection::connect(&url).await.unwrap();
    first_step("postgres", app.folder.path())
        .await
        .run(&mut database)
        .await
        .unwrap();
    let row = "insert into audit_events (at, action, outcome) values (1, 'key.created', 'done')";
    database.execute(row).await.unwrap();

    // The second step makes tables, and then waits for this at its very end.
    let mut holder = PgConnection::connect(&url).await.unwrap();
    holder.execute("begin").await.unwrap();
    holder
        .execute("lock table audit_events in row exclusive mode")
        .await
        .unwrap();
    let begin = || {
        let mut command = dashboard(&app);
        command
            .env("FLUI_DATABASE_URL", &url)
            .arg("migrate")
            .stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let first = begin();
    let waiting = async |database: &mut PgConnection, lock: &str, count: i64| {
        let asked = format!(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event = '{lock}'"
        );
        let wait = async {
            loop {
                let found: i64 = sqlx::query_scalar(AssertSqlSafe(asked.clone()))
                    .fetch_one(&mut *database)
                    .await
                    .unwrap();
                if found == count {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait)
            .await
            .expect("it waits");
    };
    waiting(&mut database, "relation", 1).await;
    let mut second = begin();
    waiting(&mut database, "advisory", 1).await;
    assert!(!kill(first));
    holder.execute("rollback").await.unwrap();

    let ended = tokio::task::spawn_blocking(move || second.wait().unwrap())
        .await
        .unwrap();
    assert!(ended.success(), "the other one went on");
    let done: i64 = sqlx::query_scalar(DONE).fetch_one(&mut database).await.unwrap();
    let rows: i64 = sqlx::query_scalar("select count(*) from audit_events")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!((done, rows), (steps("postgres"), 1));
    // Each step was made once: by whoever comes third, nothing is left to do.
    assert!(begin().wait().unwrap().success());
}
