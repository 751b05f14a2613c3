//! After the answer to a revocation no request is let in.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use flui_devidp::Options;
use flui_testkit::{TestApp, client, postgres_database};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::key_life::{key, text};

/// `cargo xtask bench` makes ten thousand.
const ROUNDS: usize = 200;

/// One key of one round.
struct Round {
    key: String,
    /// Set when the answer to the revocation is here.
    revoked: AtomicBool,
    yes: AtomicUsize,
    late: AtomicUsize,
}

/// Where and how one of the askers asks.
#[derive(Clone)]
struct Door {
    url: String,
    /// The public host, which every replica wants to be named.
    host: String,
    service: Option<String>,
}

impl Door {
    /// Whether the key is let in.
    async fn opens(&self, client: &Client, key: &str) -> bool {
        if let Some(service) = &self.service {
            let request = client.post(format!("{}/api/v1/auth/introspect", self.url));
            let answer = request
                .header("host", &self.host)
                .bearer_auth(service)
                .form(&[("token", key)])
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 200);
            return answer.json::<Value>().await.unwrap()["active"] == true;
        }
        let request = client.get(format!("{}/api/v1/auth/me", self.url));
        let request = request.header("host", &self.host).bearer_auth(key);
        request.send().await.unwrap().status() == 200
    }
}

/// Asks until it is refused, and counts each yes to a question that began after the answer to the revocation.
async fn ask(client: Client, door: Door, round: Arc<Round>) {
    loop {
        let after = round.revoked.load(Ordering::SeqCst);
        if door.opens(&client, &round.key).await {
            round.yes.fetch_add(1, Ordering::SeqCst);
            round.late.fetch_add(usize::from(after), Ordering::SeqCst);
        }
        if after {
            return;
        }
    }
}

/// Keys are revoked at the app's own server, and asked about there or at another one.
async fn count_late(app: &TestApp, asked: &str) {
    let browser = app.browser();
    browser.sign_in("grace").await;
    let body = json!({ "name": "gateway", "kind": "service", "scopes": ["apps:look"] });
    let service = text(&key(app, &browser, &body).await, "key").to_owned();
    // Two, since one person may not make so many keys in a minute.
    let makers = [
        app.workstation_key("grace", "laptop").await.key,
        app.workstation_key("ada", "laptop").await.key,
    ];
    let door = |service: Option<&str>| Door {
        url: asked.to_owned(),
        host: app.url.strip_prefix("http://").unwrap().to_owned(),
        service: service.map(str::to_owned),
    };
    let doors = [door(None), door(None), door(Some(&service)), door(Some(&service))];
    let client = client();
    let (mut yes, mut late) = (0, 0);
    for number in 0..ROUNDS {
        let maker = &makers[number % makers.len()];
        let body = json!({ "name": "short", "scopes": ["apps:look"] });
        let made = app.api_as(maker, Method::POST, "/api/v1/auth/api-keys").json(&body);
        let made: Value = made.send().await.unwrap().json().await.unwrap();
        let round = Arc::new(Round {
            key: text(&made, "key").to_owned(),
            revoked: AtomicBool::new(false),
            yes: AtomicUsize::new(0),
            late: AtomicUsize::new(0),
        });
        let askers: Vec<_> = doors
            .iter()
            .map(|door| tokio::spawn(ask(client.clone(), door.clone(), Arc::clone(&round))))
            .collect();
        while round.yes.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        // Now and then by the key alone: that door is limited to so many in a minute.
        let revoked = if number % 5 == 0 {
            app.api(Method::POST, "/api/v1/auth/revoke")
                .form(&[("token", &round.key)])
        } else {
            let path = format!("/api/v1/auth/api-keys/{}", text(&made, "id"));
            app.api_as(maker, Method::DELETE, &path)
        };
        assert!(revoked.send().await.unwrap().status().is_success());
        round.revoked.store(true, Ordering::SeqCst);
        for asker in askers {
            asker.await.unwrap();
        }
        yes += round.yes.load(Ordering::SeqCst);
        late += round.late.load(Ordering::SeqCst);
    }
    assert!(yes >= ROUNDS, "each key was good before");
    assert_eq!(late, 0, "of {yes} times yes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_no_late_yes_on_sqlite() {
    let app = TestApp::start().await;
    count_late(&app, &app.url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_no_late_yes_on_postgresql() {
    let app = on_postgres().await;
    count_late(&app, &app.url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_b14_no_late_yes_at_another_replica() {
    let app = on_postgres().await;
    let replica = app.replica().await;
    count_late(&app, &replica.url).await;
    replica.stop().await;
}

async fn on_postgres() -> TestApp {
    let database = postgres_database().await;
    TestApp::start_with(&[("FLUI_DATABASE_URL", &database)], Options::default()).await
}
