//! Two servers on one PostgreSQL: a person or program meets one of them now and the other next, and notices nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use flui_devidp::Options;
use flui_testkit::{Replica, TestApp, client, location, postgres_database, see_other};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::{audit, logout, me, refusal, sessions::cookies};

const KEYS: &str = "/api/v1/auth/api-keys";
const ME: &str = "/api/v1/auth/me";

async fn two() -> (TestApp, Replica) {
    let database = postgres_database().await;
    let app = TestApp::start_with(&[("FLUI_DATABASE_URL", &database)], Options::default()).await;
    let replica = app.replica().await;
    (app, replica)
}

#[tokio::test]
async fn b14_what_one_replica_began_the_other_goes_on_with() {
    let (app, replica) = two().await;
    let a = app.browser();
    let b = a.at(&replica);
    let callback = a.prove(&see_other(&a.get("/auth/login").await), "grace").await;
    assert_eq!(location(&b.get(&callback).await), "/");
    for browser in [&a, &b] {
        assert_eq!(browser.get(ME).await.status(), 200);
    }
    assert_eq!(a.get(&callback).await.status(), 400, "spent, wherever it comes");
    // Signing out at one of them holds at the other from the answer on.
    see_other(&a.post("/auth/logout", &[]).await);
    assert_eq!(b.get(ME).await.status(), 401);

    let key = app.workstation_key("grace", "laptop").await;
    let known = replica.api(Method::GET, ME).bearer_auth(&key.key).send().await.unwrap();
    assert_eq!(known.status(), 200, "a key of one is a key of both");
    let ended = replica.api(Method::DELETE, &format!("{KEYS}/{}", key.id));
    assert!(ended.bearer_auth(&key.key).send().await.unwrap().status().is_success());
    assert_eq!(me(&app, &key.key).await.status(), 401);
    replica.stop().await;
}

/// A session that somebody else ends: its cookie is still there, and opens nothing at either.
#[tokio::test]
async fn s9_b14_a_session_ended_at_one_replica_is_dead_at_the_other_every_time() {
    let (app, replica) = two().await;
    let keeper = app.browser();
    keeper.sign_in("grace").await;
    for _ in 0..20 {
        let browser = app.browser();
        browser.sign_in("grace").await;
        let there = browser.at(&replica);
        assert_eq!(there.get(ME).await.status(), 200);
        // Requests of it are under way there while it ends here.
        let asking = async {
            for _ in 0..5 {
                there.get(ME).await;
            }
        };
        let (ended, ()) = tokio::join!(keeper.post("/sign-ins/end-others", &[]), asking);
        assert_eq!(ended.status(), 303);
        assert_eq!(there.get(ME).await.status(), 401);
        assert_eq!(browser.get(ME).await.status(), 401);
    }
    assert_eq!(keeper.at(&replica).get(ME).await.status(), 200);
    replica.stop().await;
}

fn signs_in(answer: &Response) -> bool {
    let set = cookies(answer);
    answer.status() == 303
        && set
            .iter()
            .any(|cookie| cookie.starts_with("flui-dev=") && !cookie.starts_with("flui-dev=;"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b14_a_callback_sent_to_both_replicas_at_once_signs_in_once() {
    const ROUNDS: usize = 20;
    let (app, replica) = two().await;
    for round in 0..ROUNDS {
        let a = app.browser();
        let b = a.at(&replica);
        let callback = a.prove(&see_other(&a.get("/auth/login").await), "grace").await;
        let (at_a, at_b) = tokio::join!(a.get(&callback), b.get(&callback));
        let (winner, loser) = if signs_in(&at_a) { (at_a, at_b) } else { (at_b, at_a) };
        assert!(signs_in(&winner), "round {round}: nobody won");
        assert_eq!(loser.status(), 400, "round {round}");
        assert!(!signs_in(&loser));
    }
    let begun = |row: &&Value| row["action"] == "sign_in.started" && row["outcome"] == "done";
    let rows = audit(&app).await;
    assert_eq!(
        rows.iter().filter(begun).count(),
        ROUNDS + 1,
        "and the one who reads this"
    );
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e6_b14_a_bearer_sent_to_both_replicas_at_once_buys_one_key() {
    let (app, replica) = two().await;
    for _ in 0..10 {
        let bearer = app.bearer("grace").await;
        let body = json!({ "name": "laptop", "unscoped": true });
        let a = app.api_as(&bearer, Method::POST, KEYS).json(&body).send();
        let b = replica.api(Method::POST, KEYS).bearer_auth(&bearer).json(&body).send();
        let (a, b) = tokio::join!(a, b);
        let (a, b) = (a.unwrap(), b.unwrap());
        let loser = if a.status() == 201 {
            b
        } else {
            assert_eq!(b.status(), 201);
            a
        };
        assert_eq!(refusal(loser).await.0, 409);
    }
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l11_b14_a_logout_token_sent_to_both_replicas_at_once_counts_once() {
    let (app, replica) = two().await;
    for number in 0..20 {
        let token = logout::token(&app, &json!({ "jti": format!("both {number}") }));
        let form = [("logout_token", token.as_str())];
        let there = replica.api(Method::POST, logout::BACK_CHANNEL).form(&form).send();
        let (a, b) = tokio::join!(logout::post(&app, &token), there);
        let mut statuses = [a.status().as_u16(), b.unwrap().status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
    }
    replica.stop().await;
}

/// Programs behind a load balancer that tries the other server when one cannot be reached.
struct Balanced {
    client: Client,
    servers: [String; 2],
    host: String,
    /// How often the first choice could not be reached.
    retried: AtomicUsize,
    done: AtomicUsize,
    over: AtomicBool,
}

impl Balanced {
    /// The answer of whichever server gives one.
    async fn send(
        &self,
        first: usize,
        key: &str,
        method: Method,
        path: &str,
        body: &Value,
        name: &str,
    ) -> (u16, Value) {
        for attempt in 0..40 {
            let server = &self.servers[(first + attempt) % 2];
            let request = self.client.request(method.clone(), format!("{server}{path}"));
            let mut request = request.header("host", &self.host).bearer_auth(key);
            if method == Method::POST {
                request = request.header("idempotency-key", format!("\"{name}\"")).json(body);
            }
            if let Ok(answer) = request.send().await {
                self.done.fetch_add(1, Ordering::SeqCst);
                return (answer.status().as_u16(), answer.json().await.unwrap_or_default());
            }
            self.retried.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no server answers {method} {path}");
    }

    /// Makes a key, uses it and ends it, again and again: whatever is good must be answered so.
    async fn work(&self, key: &str, worker: usize) {
        let nothing = Value::Null;
        for round in 0.. {
            if self.over.load(Ordering::SeqCst) {
                return;
            }
            let first = worker + round;
            let name = format!("w{worker}r{round}");
            let body = json!({ "name": name, "scopes": ["apps:look"] });
            let (status, made) = self.send(first, key, Method::POST, KEYS, &body, &name).await;
            assert_eq!(status, 201, "{name}: {made}");
            let (secret, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
            for use_ in 0..4 {
                let (status, said) = self.send(first + use_, secret, Method::GET, ME, &nothing, &name).await;
                assert_eq!(status, 200, "{name}: {said}");
            }
            let path = format!("{KEYS}/{id}");
            let (status, said) = self.send(first, key, Method::DELETE, &path, &nothing, &name).await;
            // Whose answer was lost is told that there is nothing left to end.
            assert!([204, 404].contains(&status), "{name}: {status} {said}");
            let (status, _) = self.send(first + 1, secret, Method::GET, ME, &nothing, &name).await;
            assert_eq!(status, 401, "{name}: it is over everywhere");
        }
    }

    /// Waits until so many more requests were answered.
    async fn answers(&self, more: usize) {
        let enough = self.done.load(Ordering::SeqCst) + more;
        let waited = async {
            while self.done.load(Ordering::SeqCst) < enough {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), waited)
            .await
            .expect("it goes on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b14_a_rolling_restart_fails_no_good_request() {
    let (mut app, replica) = two().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    assert_eq!(me(&app, &key).await.status(), 200);
    let browser = app.browser();
    browser.sign_in("grace").await;
    let programs = Arc::new(Balanced {
        client: client(),
        servers: [app.url.clone(), replica.url.clone()],
        host: app.url.strip_prefix("http://").unwrap().to_owned(),
        retried: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        over: AtomicBool::new(false),
    });
    let workers: Vec<_> = (0..3)
        .map(|worker| {
            let (programs, key) = (Arc::clone(&programs), key.clone());
            tokio::spawn(async move { programs.work(&key, worker).await })
        })
        .collect();
    programs.answers(50).await;
    assert_eq!(programs.retried.load(Ordering::SeqCst), 0, "both serve");
    app.stop().await;
    programs.answers(50).await;
    assert!(programs.retried.load(Ordering::SeqCst) > 0, "one was away");
    assert_eq!(browser.at(&replica).get(ME).await.status(), 200);
    app.restart().await;
    programs.answers(50).await;
    replica.stop().await;
    programs.answers(50).await;
    programs.over.store(true, Ordering::SeqCst);
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(browser.get(ME).await.status(), 200, "nobody was signed out");
}
