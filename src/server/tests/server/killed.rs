//! The process is killed in the middle of an act: all of it stands, or nothing.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use crate::me;

/// A server of its own process, killed with the test.
pub(crate) struct Running(Child);

impl Running {
    fn start(app: &TestApp) -> Self {
        Self::start_with(app, &[])
    }

    /// The same with settings on top.
    pub(crate) fn start_with(app: &TestApp, settings: &[(&str, &str)]) -> Self {
        let listen = app.url.strip_prefix("http://").unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_flui-dashboard"))
            .arg("serve")
            .env_clear()
            .env("FLUI_PUBLIC_URL", &app.url)
            .env("FLUI_LISTEN", listen)
            .env("FLUI_STATE_DIR", app.folder.path())
            .env("FLUI_SITE_DIR", app.folder.path().join("site"))
            .env("FLUI_OIDC_ISSUER", app.idp.issuer())
            .env("FLUI_OIDC_CLIENT_ID", flui_testkit::CLIENT_ID)
            .env("FLUI_OIDC_CLIENT_SECRET", flui_testkit::CLIENT_SECRET)
            .env("FLUI_OIDC_CLI_CLIENT_ID", flui_testkit::CLI_CLIENT_ID)
            .envs(settings.iter().copied())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Asks it to stop, as a supervisor does.
    pub(crate) fn terminate(&self) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits for its end by itself. Gives the exit code.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "it does not stop");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn ready(&self, app: &TestApp) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while app.api(Method::GET, "/healthz").send().await.is_err() {
            assert!(Instant::now() < deadline, "it does not start");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // `kill` is SIGKILL: the process gets no chance to tidy up.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

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

        let server = Running::start(&app);
        server.ready(&app).await;
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
