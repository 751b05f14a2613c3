//! A backup of SQLite that is taken while the server writes, as `docs/operations.md` tells it, and its way back.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    me,
    process::{Running, run},
    refusal,
};

const KEYS: &str = "/api/v1/auth/api-keys";

async fn make(app: &TestApp, maker: &str, name: &str) -> (String, String) {
    let body = json!({ "name": name, "unscoped": true });
    let made = app.api_as(maker, Method::POST, KEYS).json(&body).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

async fn revoke(app: &TestApp, maker: &str, id: &str) {
    let ended = app
        .api_as(maker, Method::DELETE, &format!("{KEYS}/{id}"))
        .send()
        .await
        .unwrap();
    assert_eq!(ended.status(), 204);
}

async fn open(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(false);
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn count(database: &mut SqliteConnection, rows: &str) -> i64 {
    let text = AssertSqlSafe(format!("select count(*) from {rows}"));
    sqlx::query_scalar(text).fetch_one(database).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn b18_a_backup_taken_while_writing_restores_what_was_revoked_before_it() {
    let mut app = TestApp::start().await;
    let maker = app.workstation_key("grace", "laptop").await.key;
    assert_eq!(me(&app, &maker).await.status(), 200);
    app.stop().await;
    let log = app.folder.path().join("log");
    let (server, _) = Running::start(&app, &log, &[]).await;
    let app = Arc::new(app);
    let gone = make(&app, &maker, "gone").await;
    let (later, kept) = (make(&app, &maker, "later").await, make(&app, &maker, "kept").await);
    revoke(&app, &maker, &gone.0).await;

    let (over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (app, maker, over, done) = (Arc::clone(&app), maker.clone(), Arc::clone(&over), Arc::clone(&done));
            tokio::spawn(async move {
                while !over.load(Ordering::SeqCst) {
                    let (id, _) = make(&app, &maker, &format!("w{writer}")).await;
                    revoke(&app, &maker, &id).await;
                    done.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    let more = async || {
        let enough = done.load(Ordering::SeqCst) + 10;
        while done.load(Ordering::SeqCst) < enough {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    more().await;
    let (file, backup) = (app.folder.path().join("flui.db"), app.folder.path().join("backup"));
    let vacuum = format!("vacuum into '{}'", backup.display());
    open(&file).await.execute(AssertSqlSafe(vacuum)).await.unwrap();
    more().await;
    over.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
    revoke(&app, &maker, &later.0).await;
    let head = run(&app, &["audit", "head"]).await;
    assert!(head.status.success());
    let at_the_end = count(&mut open(&file).await, "audit_events").await;
    drop(server);

    // The way back, to the letter.
    fs::rename(&backup, &file).unwrap();
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", file.display()));
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let mut restored = open(&file).await;
    let sound: String = sqlx::query_scalar("pragma integrity_check")
        .fetch_one(&mut restored)
        .await
        .unwrap();
    assert_eq!(sound, "ok");
    // One moment of it all: each act with its row.
    let row = |action: &str| format!("audit_events where action = '{action}' and outcome = 'done'");
    let made = count(&mut restored, "sign_ins where kind = 'ci'").await;
    assert_eq!(made, count(&mut restored, &row("key.created")).await);
    let ended = count(&mut restored, "sign_ins where kind = 'ci' and ended_at is not null").await;
    assert_eq!(ended, count(&mut restored, &row("key.revoked")).await);
    assert!(ended >= 10 && count(&mut restored, "audit_events").await < at_the_end);
    restored.close().await.unwrap();
    let (_server, _) = Running::start(&app, &log, &[]).await;
    assert_eq!(refusal(me(&app, &gone.1).await).await, (401, "key_revoked".to_owned()));
    assert_eq!(me(&app, &kept.1).await.status(), 200);
    assert_eq!(me(&app, &later.1).await.status(), 200, "as docs/operations.md says");

    // The log is whole, and a head that was kept elsewhere tells that something came after it.
    assert!(run(&app, &["audit", "verify"]).await.status.success());
    fs::write(app.folder.path().join("heads"), &head.stdout).unwrap();
    let told = run(&app, &["audit", "verify", "--head", "heads"]).await;
    assert_eq!(told.status.code(), Some(1), "{}", String::from_utf8_lossy(&told.stdout));
}
