//! The process is killed again and again while all kinds of acts are under way.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use crate::process::{Running, run};

/// How many kills there are; `FLUI_TEST_KILLS` sets another number.
fn rounds() -> usize {
    std::env::var("FLUI_TEST_KILLS").map_or(20, |kills| kills.parse().expect("a number"))
}

/// Who act at the same time.
const ACTORS: usize = 6;
/// How many contexts they make; an installation holds five hundred.
const CONTEXTS: usize = 300;
const KEYS: &str = "/api/v1/auth/api-keys";

/// What was answered, so it must stand whatever happened afterwards.
#[derive(Clone, Default)]
struct Answered {
    created: BTreeSet<String>,
    revoked: BTreeSet<String>,
    rotated: BTreeSet<String>,
    contexts: BTreeSet<String>,
    refused: u64,
}

impl Answered {
    fn acts(&self) -> usize {
        self.created.len() + self.revoked.len() + self.rotated.len() + self.contexts.len()
    }
}

/// Acts until the server is gone.
async fn act(app: Arc<TestApp>, key: String, name: String, answered: Arc<Mutex<Answered>>) {
    // Nothing once the server is gone.
    let send = async |method: Method, path: &str, body: Value, status: u16| {
        let answer = app.api_as(&key, method, path).json(&body).send().await.ok()?;
        let answered = answer.status().as_u16();
        let body = answer.text().await.ok()?;
        assert_eq!(answered, status, "{path}: {body}");
        Some(serde_json::from_str::<Value>(&body).unwrap_or_default())
    };
    for number in 0.. {
        let wanted = json!({ "name": format!("{name} {number}"), "scopes": ["apps:look"] });
        let Some(made) = send(Method::POST, KEYS, wanted, 201).await else {
            return;
        };
        let id = made["id"].as_str().unwrap().to_owned();
        answered.lock().unwrap().created.insert(id.clone());
        let rotate = format!("{KEYS}/{id}/rotate");
        let Some(_) = send(Method::POST, &rotate, json!({}), 200).await else {
            return;
        };
        answered.lock().unwrap().rotated.insert(id.clone());
        if answered.lock().unwrap().contexts.len() < CONTEXTS {
            let context = format!("{name}-{number}");
            let body =
                json!({ "name": context, "apiUrl": "https://a.example.org", "issuer": "https://id.example.org" });
            let Some(_) = send(Method::POST, "/api/v1/contexts", body, 201).await else {
                return;
            };
            answered.lock().unwrap().contexts.insert(context);
        }
        let key = format!("{KEYS}/{id}");
        let Some(_) = send(Method::DELETE, &key, json!({}), 204).await else {
            return;
        };
        answered.lock().unwrap().revoked.insert(id.clone());
        // Nobody ends what has ended: a refusal, with its row.
        let Some(_) = send(Method::DELETE, &key, json!({}), 404).await else {
            return;
        };
        answered.lock().unwrap().refused += 1;
    }
}

struct Database(SqliteConnection);

impl Database {
    async fn open(path: &Path) -> Self {
        let url = format!("sqlite://{}", path.display());
        Self(SqliteConnection::connect(&url).await.unwrap())
    }

    async fn text(&mut self, sql: &str) -> String {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_one(&mut self.0)
            .await
            .unwrap()
    }

    async fn count(&mut self, rows: &str) -> u64 {
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {rows}")))
            .fetch_one(&mut self.0)
            .await
            .unwrap();
        count.try_into().unwrap()
    }

    /// Ids as text.
    async fn ids(&mut self, sql: &str) -> BTreeSet<String> {
        let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_all(&mut self.0)
            .await
            .unwrap();
        ids.into_iter().collect()
    }
}

/// Acts and their rows stand together, and what was answered stands.
async fn compare(database: &Path, answered: &Answered) {
    let mut database = Database::open(database).await;
    assert_eq!(database.text("pragma integrity_check").await, "ok");
    let row = |action: &str| format!("audit_events where outcome = 'done' and action = '{action}'");
    for (acts, action) in [
        ("sign_ins where kind = 'ci'", "key.created"),
        (
            "sign_ins where ended_at is not null and kind <> 'browser'",
            "key.revoked",
        ),
        ("replaced_secrets", "key.rotated"),
        ("contexts", "context.created"),
    ] {
        assert_eq!(
            database.count(acts).await,
            database.count(&row(action)).await,
            "{action}"
        );
    }
    let id = "lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' || \
              substr(hex(id), 17, 4) || '-' || substr(hex(id), 21))";
    let made = database
        .ids(&format!("select {id} from sign_ins where kind = 'ci'"))
        .await;
    assert!(made.is_superset(&answered.created));
    let ended = format!("select {id} from sign_ins where kind = 'ci' and ended_at is not null");
    assert!(database.ids(&ended).await.is_superset(&answered.revoked));
    let rotated = format!("select {id} from sign_ins where rotated_at is not null");
    assert!(database.ids(&rotated).await.is_superset(&answered.rotated));
    assert!(
        database
            .ids("select name from contexts")
            .await
            .is_superset(&answered.contexts)
    );
    assert!(database.count("audit_events where outcome = 'refused'").await >= answered.refused);
    database.0.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn b1_u2_kill_9_during_mixed_acts_loses_nothing_that_was_answered() {
    let mut app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await.key;
    app.stop().await;
    let app = Arc::new(app);
    let database = app.folder.path().join("flui.db");
    let answered = Arc::new(Mutex::new(Answered::default()));
    let mut slowest = Duration::ZERO;
    for round in 0..rounds() {
        let (server, start) = Running::start(&app, &app.folder.path().join("log"), &[]).await;
        slowest = slowest.max(start);
        let actors: Vec<_> = (0..ACTORS)
            .map(|actor| {
                let name = format!("r{round}a{actor}");
                tokio::spawn(act(Arc::clone(&app), key.clone(), name, Arc::clone(&answered)))
            })
            .collect();
        // After so many answers, on a slow machine too, and hardly ever twice after the same number. Not more than a person
        // may do in a minute.
        let enough = answered.lock().unwrap().acts() + 15 + 37 * round % 131;
        let began = Instant::now();
        while answered.lock().unwrap().acts() < enough {
            assert!(began.elapsed() < Duration::from_mins(1), "it does not act");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        drop(server);
        for actor in actors {
            actor.await.unwrap();
        }
        let so_far = answered.lock().unwrap().clone();
        compare(&database, &so_far).await;
        let verified = run(&app, &["audit", "verify"]).await;
        assert!(
            verified.status.success(),
            "{}",
            String::from_utf8_lossy(&verified.stdout)
        );
    }
    assert!(answered.lock().unwrap().refused > 0, "refusals were among the acts");
    assert!(slowest < Duration::from_secs(10), "a start took {slowest:?}");
    let acts = answered.lock().unwrap().acts();
    eprintln!(
        "{} kills, {acts} acts answered; the slowest start after one took {slowest:?}",
        rounds()
    );
}
