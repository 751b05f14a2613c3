//! The process is killed in the middle of an act: all of it stands, or nothing.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use crate::{me, process::Running};

async fn sql(database: &Path, text: &str) -> i64 {
    let url = format!("sqlite://{}", database.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let rows = sqlx::query_scalar(AssertSqlSafe(text.to_owned()))
        .fetch_optional(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    rows.unwrap_or(0)
}

/// 200 more sign-ins of the same person, cut after the pattern of the one there is.
async fn multiply(database: &Path, id: &str) {
    let columns = "person_id, kind, name, name_folded, prefix, last_four, scopes, contexts, auth_time, amr, acr, \
                   provider_sid, address, user_agent, request_id, machine_name, machine_os, created_at, expires_at";
    let text = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 200) \
         insert into sign_ins (id, secret_hash, {columns}) select randomblob(16), randomblob(32), {columns} \
         from n, sign_ins where lower(hex(id)) = '{}'",
        id.replace('-', "")
    );
    sql(database, &text).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn k10_u2_kill_9_in_the_middle_ends_all_of_a_persons_sign_ins_or_none() {
    let mut app = TestApp::start().await;
    let database = app.folder.path().join("flui.db");
    let live = "select count(*) from sign_ins where ended_at is null";
    let rows = "select count(*) from audit_events where reason = 'revoked'";
    let (mut none, mut whole) = (0, 0);
    let mut usual = Duration::from_millis(50);
    for round in 0..=10_u32 {
        let key = app.workstation_key("grace", "laptop").await;
        let who: Value = me(&app, &key.key).await.json().await.unwrap();
        app.stop().await;
        multiply(&database, &key.id.to_string()).await;
        let (live_before, rows_before) = (sql(&database, live).await, sql(&database, rows).await);
        assert_eq!(
            live_before, 201,
            "the first use of a key ends those of the rounds before"
        );

        let (server, _) = Running::start(&app, &app.folder.path().join("log"), &[]).await;
        let end = app
            .api_as(&key.key, Method::POST, "/api/v1/auth/sign-ins/end")
            .json(&json!({ "person": who["person"]["id"] }));
        let began = Instant::now();
        let answer = tokio::spawn(end.send());
        if round == 0 {
            // Undisturbed: shows that it can end all of it, and how long that takes.
            let ended: Value = answer.await.unwrap().unwrap().json().await.unwrap();
            assert_eq!(ended["ended"].as_array().unwrap().len(), 201);
            usual = began.elapsed();
            drop(server);
        } else {
            tokio::time::sleep(usual * round / 8).await;
            drop(server);
            let _ = answer.await.unwrap();
        }
        let (live_after, ended_rows) = (sql(&database, live).await, sql(&database, rows).await - rows_before);
        match live_after {
            0 => whole += 1,
            left => {
                assert_eq!(left, live_before, "round {round}: a part ended");
                none += 1;
            }
        }
        assert_eq!(
            ended_rows,
            live_before - live_after,
            "round {round}: an end and its row are one"
        );
        app.restart().await;
    }
    assert!(
        none > 0 && whole > 0,
        "the kills came before and after the end: {none} none, {whole} whole"
    );
}
