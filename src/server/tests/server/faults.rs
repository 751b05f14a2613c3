//! Faults around the real binary: a database that is locked or lets nobody write, a storm of logins, and a stop in the
//! middle of it.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use flui_testkit::{TestApp, client, postgres_database};
use futures::{StreamExt as _, stream};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::{me, process::Running, refusal};

const KEYS: &str = "/api/v1/auth/api-keys";

/// A database that a second process, this one, reaches too.
enum Database {
    Sqlite(String),
    Postgres(String),
}

/// Holds a lock until it is dropped with [`Held::release`].
enum Held {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    async fn count(&self, what: &str) -> i64 {
        let text = AssertSqlSafe(format!("select count(*) from {what}"));
        match self {
            Self::Sqlite(url) => {
                let mut connection = SqliteConnection::connect(url).await.unwrap();
                sqlx::query_scalar(text).fetch_one(&mut connection).await.unwrap()
            }
            Self::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                sqlx::query_scalar(text).fetch_one(&mut connection).await.unwrap()
            }
        }
    }

    /// Keeps everybody else from writing.
    async fn lock(&self) -> Held {
        match self {
            Self::Sqlite(url) => {
                let mut connection = SqliteConnection::connect(url).await.unwrap();
                sqlx::query("begin immediate").execute(&mut connection).await.unwrap();
                Held::Sqlite(connection)
            }
            Self::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                for text in [
                    "begin",
                    "lock table sign_ins, audit_events, key_uses, key_places, key_scopes in exclusive mode",
                ] {
                    sqlx::query(text).execute(&mut connection).await.unwrap();
                }
                Held::Postgres(connection)
            }
        }
    }
}

impl Held {
    async fn release(self) {
        match self {
            Self::Sqlite(mut connection) => {
                sqlx::query("rollback").execute(&mut connection).await.unwrap();
            }
            Self::Postgres(mut connection) => {
                sqlx::query("rollback").execute(&mut connection).await.unwrap();
            }
        }
    }
}

/// An installation whose server is a process of its own.
struct Scene {
    app: TestApp,
    server: Running,
    database: Database,
    /// A key that was used.
    used: String,
    /// A key that nobody has used yet.
    fresh: String,
    /// A key that was revoked.
    revoked: String,
}

impl Scene {
    async fn on_sqlite() -> Self {
        let app = TestApp::start().await;
        let database = Database::Sqlite(format!("sqlite://{}", app.folder.path().join("flui.db").display()));
        Self::start(app, database, &[]).await
    }

    async fn on_postgres() -> Self {
        let url = postgres_database().await;
        let settings = [("FLUI_DATABASE_URL", url.as_str())];
        let app = TestApp::start_with(&settings, flui_devidp::Options::default()).await;
        let database = Database::Postgres(url.clone());
        Self::start(app, database, &settings).await
    }

    async fn start(mut app: TestApp, database: Database, settings: &[(&str, &str)]) -> Self {
        let used = app.workstation_key("grace", "laptop").await.key;
        assert_eq!(me(&app, &used).await.status(), 200);
        let made = async |name: &str| -> Value {
            let body = json!({ "name": name, "unscoped": true });
            let request = app.api_as(&used, Method::POST, KEYS).json(&body);
            request.send().await.unwrap().json().await.unwrap()
        };
        let text = |key: &Value, name: &str| key[name].as_str().unwrap().to_owned();
        let fresh = text(&made("fresh").await, "key");
        let revoked = made("revoked").await;
        let path = format!("{KEYS}/{}", text(&revoked, "id"));
        let ended = app.api_as(&used, Method::DELETE, &path).send().await.unwrap();
        assert!(ended.status().is_success());
        let revoked = text(&revoked, "key");
        app.stop().await;
        let proxy = ("FLUI_TRUSTED_PROXIES", "127.0.0.1/32");
        let settings: Vec<_> = settings.iter().copied().chain([proxy]).collect();
        let (server, _) = Running::start(&app, &app.folder.path().join("log"), &settings).await;
        Self {
            app,
            server,
            database,
            used,
            fresh,
            revoked,
        }
    }

    fn create(&self) -> RequestBuilder {
        let body = json!({ "name": "made", "scopes": ["apps:look"] });
        self.app.api_as(&self.used, Method::POST, KEYS).json(&body)
    }

    /// Keys are judged rightly, and before anybody could have waited for a lock of the database.
    async fn judges_rightly(&self) {
        let began = Instant::now();
        assert_eq!(me(&self.app, &self.used).await.status(), 200);
        assert_eq!(me(&self.app, &self.fresh).await.status(), 200);
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
        assert_eq!(me(&self.app, &self.revoked).await.status(), 401);
    }
}

async fn b4(scene: Scene) {
    assert_eq!(scene.create().send().await.unwrap().status(), 201, "the passing twin");
    let held = scene.database.lock().await;
    let writes: Vec<_> = (0..3).map(|_| tokio::spawn(scene.create().send())).collect();
    while !writes.iter().all(tokio::task::JoinHandle::is_finished) {
        scene.judges_rightly().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for write in writes {
        let answer = write.await.unwrap().unwrap();
        assert!(answer.headers().contains_key("retry-after"));
        assert_eq!(refusal(answer).await, (503, "store_unavailable".to_owned()));
    }
    held.release().await;
    let deadline = Instant::now() + Duration::from_secs(20);
    while scene.create().send().await.unwrap().status() != 201 {
        assert!(Instant::now() < deadline, "it does not heal");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let made = scene.database.count("sign_ins where name = 'made'").await;
    let told = "audit_events where action = 'key.created' and object_name = 'made' and outcome = 'done'";
    assert_eq!(
        (made, scene.database.count(told).await),
        (2, 2),
        "what was refused was not done"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn b4_k11_a_locked_sqlite_refuses_writes_and_judges_keys() {
    b4(Scene::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b4_k11_a_locked_postgresql_refuses_writes_and_judges_keys() {
    b4(Scene::on_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn k11_keys_are_judged_where_nothing_can_be_written() {
    let scene = Scene::on_postgres().await;
    let Database::Postgres(url) = &scene.database else {
        unreachable!()
    };
    let (server, name) = url.rsplit_once('/').unwrap();
    let mut admin = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let mut set = async |to: &str| {
        let texts = [
            format!("alter database {name} set default_transaction_read_only = {to}"),
            format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"),
        ];
        for text in texts {
            sqlx::query(AssertSqlSafe(text)).execute(&mut admin).await.unwrap();
        }
    };
    set("on").await;
    // Longer than it takes until noted uses are to be written.
    let deadline = Instant::now() + Duration::from_secs(7);
    while Instant::now() < deadline {
        scene.judges_rightly().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let answer = scene.create().send().await.unwrap();
    assert_eq!(refusal(answer).await, (503, "store_unavailable".to_owned()));
    set("off").await;
    assert_eq!(scene.create().send().await.unwrap().status(), 201);
}

/// Bearers that the provider signed for as many people.
pub(crate) fn bearers(app: &TestApp, how_many: usize) -> Vec<String> {
    let control = app.idp.control();
    let now = control.now();
    let header = json!({ "alg": "ES256", "kid": control.current_kid(), "typ": "JWT" });
    let claims = |i: usize| json!({ "iss": app.idp.issuer(), "sub": format!("s{i}"), "aud": "flui-cli", "exp": now + 900, "iat": now });
    (0..how_many).map(|i| control.sign(header.clone(), claims(i))).collect()
}

async fn b10(scene: Scene) {
    let client = client();
    let bearers = bearers(&scene.app, 1_000);
    let before = scene.app.idp.control().calls();
    let address = format!("{}{KEYS}", scene.app.url);
    let storm = stream::iter(bearers.iter().enumerate()).map(|(i, bearer)| {
        // Most come from addresses of their own; the last 200 share one.
        let from = if i < 800 { i } else { 60_000 };
        client
            .post(&address)
            .bearer_auth(bearer)
            .header("x-forwarded-for", format!("10.0.{}.{}", from / 250, from % 250))
            .timeout(Duration::from_mins(1))
            .json(&json!({ "name": "storm", "unscoped": true }))
            .send()
    });
    let mut storm = storm.buffer_unordered(1_000);
    let mut statuses = BTreeMap::<u16, i64>::new();
    let mut answered = 0;
    while let Some(answer) = storm.next().await {
        let answer = answer.expect("every request is answered");
        let status = answer.status().as_u16();
        *statuses.entry(status).or_default() += 1;
        assert!(
            status == 201 || answer.headers().contains_key("retry-after"),
            "{status}"
        );
        answered += 1;
        if answered % 100 == 0 {
            assert_eq!(me(&scene.app, &scene.used).await.status(), 200, "keys work meanwhile");
        }
    }
    assert!(
        statuses.keys().all(|status| [201, 429, 503].contains(status)),
        "{statuses:?}"
    );
    assert!(statuses[&201] >= 100, "{statuses:?}");
    assert!(statuses[&429] > 0, "one address does not get all: {statuses:?}");
    let made = scene.database.count("sign_ins where name = 'storm'").await;
    let told = "audit_events where action = 'key.exchanged' and object_name = 'storm' and outcome = 'done'";
    let spent = scene.database.count("spent_bearers").await - 1;
    let all = (made, scene.database.count(told).await, spent);
    assert_eq!(all, (statuses[&201], statuses[&201], statuses[&201]));
    let calls: u64 = scene.app.idp.control().calls().values().sum();
    let calls = calls - before.values().sum::<u64>();
    assert!(calls <= 4, "the provider was called {calls} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn b10_a_storm_of_exchanges_is_answered_on_sqlite() {
    b10(Scene::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b10_a_storm_of_exchanges_is_answered_on_postgresql() {
    b10(Scene::on_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b12_open_requests_finish_after_sigterm() {
    let mut scene = Scene::on_sqlite().await;
    me(&scene.app, &scene.fresh).await;
    let held = scene.database.lock().await;
    let open: Vec<_> = (0..5).map(|_| tokio::spawn(scene.create().send())).collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    scene.server.terminate();
    let deadline = Instant::now() + Duration::from_secs(5);
    while scene.app.api(Method::GET, "/healthz").send().await.is_ok() {
        assert!(Instant::now() < deadline, "it goes on to take connections");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    held.release().await;
    for answer in open {
        assert_eq!(answer.await.unwrap().unwrap().status(), 201);
    }
    assert_eq!(scene.server.ended().await, Some(0));
    assert_eq!(scene.database.count("sign_ins where name = 'made'").await, 5);
    let used = "sign_ins where name = 'fresh' and last_used_at is not null";
    assert_eq!(scene.database.count(used).await, 1, "noted uses are written");
}

#[tokio::test]
async fn b8_no_good_sign_in_fails_while_keys_rotate() {
    let app = TestApp::start().await;
    let control = app.idp.control();
    let signs_in = async || {
        let browser = app.browser();
        browser.sign_in("grace").await;
        browser.get("/api/v1/auth/me").await.status() == 200
    };
    // The provider's keys are asked for again at most every 30 seconds.
    let later = || app.clock.advance(Duration::from_secs(31));
    assert!(signs_in().await);
    later();
    let old = app.bearer("grace").await;
    let first = control.current_kid();
    // Planned: the old key stays published, and what it signed stays good.
    control.rotate_keys().await.unwrap();
    assert_ne!(control.current_kid(), first);
    for _ in 0..3 {
        assert!(signs_in().await);
    }
    let body = json!({ "name": "laptop", "unscoped": true });
    let bought = app.api_as(&old, Method::POST, KEYS).json(&body).send().await.unwrap();
    assert_eq!(bought.status(), 201);
    later();
    // Sudden: the old one is gone at once. Whoever comes next makes the server ask for the new one.
    control.rotate_keys().await.unwrap();
    control.retire_old_keys();
    for _ in 0..3 {
        assert!(signs_in().await);
    }
}
