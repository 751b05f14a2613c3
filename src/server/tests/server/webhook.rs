//! The webhook, from the act to the receiver.

use std::{
    collections::VecDeque,
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    http::{HeaderMap, StatusCode, Uri, header::LOCATION},
};
use flui_devidp::Options;
use flui_testkit::{TestApp, postgres_database};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    key_life::{key, send, text},
    killed::Running,
    me,
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const DAY: Duration = Duration::from_hours(24);

/// An attempt, as the receiver heard it.
#[derive(Clone)]
struct Heard {
    path: String,
    headers: HeaderMap,
    body: String,
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    fn message(&self) -> Value {
        let message: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(message["id"], self.header("webhook-id"));
        message
    }
}

/// Whoever the webhook tells. Answers with the statuses that were put in, then with 204.
struct Receiver {
    url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    async fn start() -> Self {
        Self::at("127.0.0.1:0").await
    }

    async fn at(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let receiver = Self {
            url: format!("http://{}/hook", listener.local_addr().unwrap()),
            heard: Arc::default(),
            answers: Arc::default(),
        };
        let (noted, answers) = (receiver.heard.clone(), receiver.answers.clone());
        let router = Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: String| async move {
            let path = uri.path().to_owned();
            noted.lock().unwrap().push(Heard { path, headers, body });
            let status = answers.lock().unwrap().pop_front().unwrap_or(204);
            let status = StatusCode::from_u16(status).unwrap();
            (status, [(LOCATION, "/elsewhere")])
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// Puts in what it answers first.
    fn answers(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// All that it heard, once that is so much.
    async fn heard(&self, count: usize) -> Vec<Heard> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let heard = self.heard.lock().unwrap().clone();
            if heard.len() >= count {
                return heard;
            }
            assert!(Instant::now() < deadline, "only {} of {count} arrived", heard.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The settings of an installation that tells a receiver at this address.
fn settings(url: &str) -> [(&str, &str); 3] {
    [
        ("FLUI_WEBHOOK_URL", url),
        ("FLUI_WEBHOOK_SECRET", SECRET),
        ("FLUI_OUTBOUND_ALLOW_PRIVATE", "127.0.0.0/8"),
    ]
}

async fn start(receiver: &Receiver) -> TestApp {
    TestApp::start_with(&settings(&receiver.url), Options::default()).await
}

/// Makes a key in a browser of Grace's, and revokes it there. Gives the key.
async fn revoked(app: &TestApp) -> Value {
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(app, &browser, &json!({ "name": "deploy", "scopes": ["keys:look"] })).await;
    revoke(app, &made).await;
    made
}

/// Revokes a key by itself, which its answer must not wait for anybody to.
async fn revoke(app: &TestApp, made: &Value) {
    let path = format!("/api/v1/auth/api-keys/{}", text(made, "id"));
    let began = Instant::now();
    let answer = app.api_as(text(made, "key"), Method::DELETE, &path).send().await;
    assert_eq!(answer.unwrap().status(), 204);
    assert!(began.elapsed() < Duration::from_secs(3), "it waited for the receiver");
    assert_eq!(me(app, text(made, "key")).await.status(), 401);
}

/// The receiver that `docs/operations.md` shows, given these headers and this body: the id of the message it accepts.
fn documented_receiver(heard: &Heard, body: &str) -> Option<String> {
    let manual = include_str!("../../../../docs/operations.md");
    let code = manual.split("```js\n").nth(1).unwrap().split("```").next().unwrap();
    let call = "const [headers, body, secret] = process.argv.slice(1);\n\
                console.log(verified(JSON.parse(headers), body, secret).id);";
    let named = heard.headers.iter();
    let headers: Value = named
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let output = Command::new("node")
        .args(["--input-type=module", "--eval"])
        .arg(format!("{code}\n{call}"))
        .args(["--", &headers.to_string(), body, SECRET])
        .output()
        .expect("the tests need Node.js");
    let id = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    assert_eq!(
        output.status.success(),
        !id.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.status.success().then_some(id)
}

#[tokio::test]
async fn a_revoked_key_is_told_and_the_documented_receiver_believes_it() {
    let receiver = Receiver::start().await;
    let app = start(&receiver).await;
    let made = revoked(&app).await;
    let heard = receiver.heard(1).await.remove(0);
    assert_eq!(heard.path, "/hook");
    assert_eq!(heard.header("content-type"), "application/json");
    let message = heard.message();
    assert_eq!(message["type"], "key.ended");
    assert_eq!(message["reason"], "revoked");
    assert_eq!(message["endedBy"]["name"], "Grace Hopper");
    assert_eq!(message.get("daysLeft"), None);
    let told = &message["key"];
    assert_eq!(
        (&told["id"], &told["name"], &told["kind"]),
        (&made["id"], &json!("deploy"), &json!("ci"))
    );
    assert_eq!(told["prefix"], made["prefix"]);
    assert_eq!(told["owner"]["email"], "grace@example.org");
    let secret = text(&made, "key");
    let (prefix, rest) = secret.split_at(text(&made, "prefix").len());
    assert_eq!(prefix, told["prefix"]);
    for length in [rest.len(), 8, 4] {
        let part = &rest[rest.len() - length..];
        assert!(!heard.body.contains(part), "{part} of {secret}: {}", heard.body);
    }

    assert_eq!(documented_receiver(&heard, &heard.body).unwrap(), message["id"]);
    let changed = heard.body.replace("revoked", "rewoked");
    assert_eq!(documented_receiver(&heard, &changed), None);
    let mut replayed = heard.clone();
    replayed
        .headers
        .insert("webhook-timestamp", "1614265330".parse().unwrap());
    assert_eq!(documented_receiver(&replayed, &heard.body), None);
}

#[tokio::test]
async fn all_keys_of_one_act_are_told_on_postgresql_too() {
    let receiver = Receiver::start().await;
    let database = postgres_database().await;
    let mut settings = settings(&receiver.url).to_vec();
    settings.push(("FLUI_DATABASE_URL", &database));
    let app = TestApp::start_with(&settings, Options::default()).await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let laptop = app.workstation_key("grace", "laptop").await;
    key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let who: Value = me(&app, &laptop.key).await.json().await.unwrap();
    let end = json!({ "person": who["person"]["id"] });
    let answer = send(&app, &browser, "/api/v1/auth/sign-ins/end", &end).await;
    assert_eq!(answer.status(), 200);
    let messages = receiver.heard(2).await;
    let mut names: Vec<_> = messages
        .iter()
        .map(|heard| heard.message()["key"]["name"].clone())
        .collect();
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, ["deploy", "laptop"], "each key once, and not the browser");
    for heard in &messages {
        assert_eq!(documented_receiver(heard, &heard.body).unwrap(), heard.message()["id"]);
    }
}

#[tokio::test]
async fn what_the_receiver_refuses_is_sent_again_signed_anew() {
    let receiver = Receiver::start().await;
    receiver.answers(&[500]);
    let app = start(&receiver).await;
    revoked(&app).await;
    receiver.heard(1).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(receiver.heard(1).await.len(), 1, "not before five seconds are over");
    app.clock.advance(Duration::from_secs(6));
    let heard = receiver.heard(2).await;
    assert_eq!(heard[0].body, heard[1].body);
    assert_eq!(heard[0].header("webhook-id"), heard[1].header("webhook-id"));
    assert_ne!(
        heard[0].header("webhook-timestamp"),
        heard[1].header("webhook-timestamp")
    );
    assert_ne!(
        heard[0].header("webhook-signature"),
        heard[1].header("webhook-signature")
    );
    app.clock.advance(DAY);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(receiver.heard(2).await.len(), 2, "taken is taken");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_counts_as_a_failure() {
    let receiver = Receiver::start().await;
    receiver.answers(&[307, 302]);
    let app = start(&receiver).await;
    revoked(&app).await;
    for (count, wait) in [(1, 6), (2, 61)] {
        receiver.heard(count).await;
        // Not before the failure is written down.
        tokio::time::sleep(Duration::from_millis(500)).await;
        app.clock.advance(Duration::from_secs(wait));
    }
    let heard = receiver.heard(3).await;
    assert!(heard.iter().all(|heard| heard.path == "/hook"));
}

#[tokio::test]
async fn what_nobody_takes_is_given_up_after_a_day_and_admins_see_it() {
    let receiver = Receiver::start().await;
    receiver.answers(&[500; 7]);
    let app = start(&receiver).await;
    // Keys: by then the server's clock is too far from the provider's for a sign-in.
    let ada = app.workstation_key("ada", "desk").await;
    let grace = app.workstation_key("grace", "desk").await;
    let made = revoked(&app).await;
    for (count, wait) in (1..).zip([6, 61, 601, 3_601, 21_601, 86_401]) {
        receiver.heard(count).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        app.clock.advance(Duration::from_secs(wait));
    }
    receiver.heard(7).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    app.clock.advance(DAY * 30);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(receiver.heard(7).await.len(), 7);
    let rows = events(&app, &ada.key).await;
    let failed: Vec<_> = rows.iter().filter(|row| row["action"] == "webhook.failed").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["reason"], "http_500");
    assert_eq!(
        (&failed[0]["object"], &failed[0]["objectName"]),
        (&made["id"], &json!("deploy"))
    );
    let own = events(&app, &grace.key).await;
    assert!(own.iter().any(|row| row["action"] == "key.revoked"));
    assert!(own.iter().all(|row| row["action"] != "webhook.failed"));
}

/// The audit rows that a key shows.
async fn events(app: &TestApp, key: &str) -> Vec<Value> {
    let path = "/api/v1/audit/events?limit=200";
    let answer = app.api_as(key, Method::GET, path).send().await.unwrap();
    let body: Value = answer.json().await.unwrap();
    body["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_private_receiver_that_was_not_allowed_hears_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/hook", listener.local_addr().unwrap().port());
    let settings = [("FLUI_WEBHOOK_URL", url.as_str()), ("FLUI_WEBHOOK_SECRET", SECRET)];
    let app = TestApp::start_with(&settings, Options::default()).await;
    revoked(&app).await;
    let database = format!("sqlite://{}", app.folder.path().join("flui.db").display());
    let deadline = Instant::now() + Duration::from_secs(20);
    let tried = "select count(*) from webhook_deliveries where attempts > 0";
    while count(&database, tried).await == 0 {
        assert!(Instant::now() < deadline, "it was never tried");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let silent = tokio::time::timeout(Duration::from_secs(1), listener.accept()).await;
    assert!(silent.is_err(), "it was called");
}

async fn count(database: &str, text: &'static str) -> i64 {
    use sqlx::Connection as _;
    let mut connection = sqlx::SqliteConnection::connect(database).await.unwrap();
    sqlx::query_scalar(text).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn an_act_neither_waits_for_a_receiver_that_hangs_nor_is_it_forgotten_at_a_restart() {
    let hanging = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = hanging.local_addr().unwrap();
    let url = format!("http://{address}/hook");
    let mut app = TestApp::start_with(&settings(&url), Options::default()).await;
    let made = revoked(&app).await;
    // It was called, says nothing, and meanwhile the server stops.
    let call = tokio::time::timeout(Duration::from_secs(10), hanging.accept()).await;
    call.unwrap().unwrap();
    app.stop().await;
    drop(hanging);
    let receiver = Receiver::at(&address.to_string()).await;
    app.clock.advance(Duration::from_secs(61));
    app.restart().await;
    assert_eq!(receiver.heard(1).await[0].message()["key"]["id"], made["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_after_the_act_loses_no_delivery() {
    let receiver = Receiver::start().await;
    let mut app = start(&receiver).await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "scopes": ["keys:look"] })).await;
    app.stop().await;
    // In the process that is killed the receiver's name leads nowhere.
    let server = Running::start_with(&app, &settings("https://receiver.invalid/hook"));
    server.ready(&app).await;
    revoke(&app, &made).await;
    drop(server);
    app.clock.advance(Duration::from_secs(61));
    app.restart().await;
    let message = receiver.heard(1).await[0].message();
    assert_eq!(
        (&message["key"]["id"], &message["reason"]),
        (&made["id"], &json!("revoked"))
    );
}

#[tokio::test]
async fn a_key_is_told_of_before_it_ends() {
    let receiver = Receiver::start().await;
    let mut app = start(&receiver).await;
    let made = app.workstation_key("ada", "laptop").await;
    assert_eq!(
        me(&app, &made.key).await.status(),
        200,
        "one that nobody uses ends much sooner"
    );
    for (days, count, left) in [(75, 0, 0), (2, 1, 13), (7, 2, 6), (5, 3, 1), (2, 3, 1)] {
        app.clock.advance(DAY * days);
        // It looks at the start, and each minute.
        app.restart().await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let heard = receiver.heard(count).await;
        assert_eq!(heard.len(), count, "after {days} more days");
        let Some(last) = heard.last().map(Heard::message) else {
            continue;
        };
        assert_eq!(
            (&last["type"], &last["daysLeft"]),
            (&json!("key.expiring"), &json!(left))
        );
        assert_eq!(last["key"]["id"], json!(made.id));
        assert_eq!(last["key"]["expiresAt"], json!(made.expires_at));
        assert_eq!((last.get("reason"), last.get("endedBy")), (None, None));
    }
}
