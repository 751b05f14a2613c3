//! Answers that are lost on the way: whoever sends the request again gets a key that works, and no other one is left.

use std::time::Duration;

use flui_testkit::TestApp;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{audit, me, refusal};

const KEYS: &str = "/api/v1/auth/api-keys";

fn named(request: RequestBuilder, name: &str) -> RequestBuilder {
    request.header("idempotency-key", format!("\"{name}\""))
}

fn exchange(app: &TestApp, bearer: &str, name: &str) -> RequestBuilder {
    let body = json!({ "name": "laptop", "unscoped": true, "machine": { "name": "laptop", "os": "Linux" } });
    named(app.api_as(bearer, Method::POST, KEYS).json(&body), name)
}

async fn key(answer: Response) -> (String, String) {
    assert_eq!(answer.status(), 201);
    let body: Value = answer.json().await.unwrap();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

/// Sends a request over a connection that is cut as soon as the server has answered. Gives the answer that was lost.
async fn lose(app: &TestApp, request: RequestBuilder) -> Value {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut request = request.build().unwrap();
    let server = app.url.strip_prefix("http://").unwrap().to_owned();
    request.headers_mut().insert("host", server.parse().unwrap());
    request.headers_mut().insert("connection", "close".parse().unwrap());
    let port = listener.local_addr().unwrap().port();
    request.url_mut().set_port(Some(port)).unwrap();
    let sent = tokio::spawn(flui_testkit::client().execute(request));
    let (mut near, _) = listener.accept().await.unwrap();
    let mut far = TcpStream::connect(server).await.unwrap();
    let (mut asked, mut answered) = (vec![0; 64 * 1024], Vec::new());
    loop {
        tokio::select! {
            read = near.read(&mut asked) => far.write_all(&asked[..read.unwrap()]).await.unwrap(),
            read = far.read_buf(&mut answered) => if read.unwrap() == 0 { break },
        }
    }
    drop(near);
    assert!(sent.await.unwrap().is_err(), "the answer was lost");
    let text = String::from_utf8(answered).unwrap();
    assert!(text.starts_with("HTTP/1.1 201"), "{text}");
    let (start, end) = (text.find('{').unwrap(), text.rfind('}').unwrap());
    serde_json::from_str(&text[start..=end]).unwrap()
}

/// The live keys of the holder of this one.
async fn live(app: &TestApp, key: &str) -> Vec<String> {
    let answer = app.api_as(key, Method::GET, KEYS).send().await.unwrap();
    let body: Value = answer.json().await.unwrap();
    let keys = body["items"].as_array().unwrap().iter();
    keys.filter(|key| key["state"] == "live")
        .map(|key| key["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn e7_a_lost_answer_of_the_exchange_leaves_one_live_key() {
    let app = TestApp::start().await;
    let bearer = app.bearer("grace").await;
    let lost = lose(&app, exchange(&app, &bearer, "login-1")).await;
    let (id, secret) = key(exchange(&app, &bearer, "login-1").send().await.unwrap()).await;
    assert_eq!(lost["id"], id.as_str(), "it is the same key");
    assert_ne!(lost["key"], secret.as_str());
    let old = me(&app, lost["key"].as_str().unwrap()).await;
    assert_eq!(refusal(old).await, (401, "key_rotated".to_owned()));
    assert_eq!(me(&app, &secret).await.status(), 200);
    assert_eq!(live(&app, &secret).await, std::slice::from_ref(&id));
    let rows = audit(&app).await;
    let told = rows.iter().filter(|row| row["object"] == id.as_str());
    let told: Vec<_> = told
        .map(|row| (row["action"].as_str().unwrap(), row["reason"].as_str()))
        .collect();
    assert!(told.contains(&("key.rotated", Some("answer_lost"))), "{told:?}");
    assert!(told.contains(&("key.exchanged", None)), "{told:?}");

    // Used: the answer has arrived, and nobody sends it again.
    let late = exchange(&app, &bearer, "login-1").send().await.unwrap();
    assert_eq!(refusal(late).await, (409, "already_answered".to_owned()));
    assert_eq!(me(&app, &secret).await.status(), 200);
}

#[tokio::test]
async fn e7_a_lost_answer_to_a_key_leaves_one_live_key() {
    let app = TestApp::start().await;
    let maker = app.workstation_key("grace", "laptop").await;
    let create = |name: &str, body: Value| named(app.api_as(&maker.key, Method::POST, KEYS).json(&body), name);
    let body = json!({ "name": "deploy", "scopes": ["apps:look"] });
    let lost = lose(&app, create("a", body.clone())).await;
    let (id, secret) = key(create("a", body.clone()).send().await.unwrap()).await;
    assert_eq!(lost["id"], id.as_str());
    assert_eq!(me(&app, lost["key"].as_str().unwrap()).await.status(), 401);
    assert_eq!(live(&app, &maker.key).await.len(), 2, "the maker and the new one");
    let (other, _) = key(create("b", body.clone()).send().await.unwrap()).await;
    assert_ne!(other, id, "another name is another request");
    assert_eq!(me(&app, &secret).await.status(), 200);
    let late = create("a", body).send().await.unwrap();
    assert_eq!(refusal(late).await, (409, "already_answered".to_owned()));
}

#[tokio::test]
async fn e7_a_name_belongs_to_one_request_of_one_caller() {
    let app = TestApp::start().await;
    let (one, other) = (app.bearer("grace").await, app.bearer("grace").await);
    let (first, _) = key(exchange(&app, &one, "same").send().await.unwrap()).await;
    let changed = json!({ "name": "another", "unscoped": true });
    let changed = named(app.api_as(&one, Method::POST, KEYS).json(&changed), "same");
    let answer = changed.send().await.unwrap();
    assert_eq!(refusal(answer).await, (422, "idempotency_key_reused".to_owned()));
    let renamed = exchange(&app, &one, "changed").send().await.unwrap();
    assert_eq!(refusal(renamed).await, (409, "bearer_spent".to_owned()));
    let (second, _) = key(exchange(&app, &other, "same").send().await.unwrap()).await;
    assert_ne!(first, second);
    for bad in ["unquoted", "\"\"", "\"a\"b\""] {
        let request = app
            .api_as(&one, Method::POST, KEYS)
            .json(&json!({ "name": "x", "unscoped": true }));
        let answer = request.header("idempotency-key", bad).send().await.unwrap();
        assert_eq!(refusal(answer).await, (400, "bad_request".to_owned()), "{bad}");
    }
    let long = named(app.api_as(&one, Method::POST, KEYS), &"x".repeat(65)).json(&json!({}));
    assert_eq!(refusal(long.send().await.unwrap()).await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn e7_the_same_request_ten_times_at_once_leaves_one_live_secret() {
    let app = TestApp::start().await;
    let bearer = app.bearer("grace").await;
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..10 {
        set.spawn(exchange(&app, &bearer, "storm").send());
    }
    let mut keys = Vec::new();
    while let Some(answer) = set.join_next().await {
        keys.push(key(answer.unwrap().unwrap()).await);
    }
    assert!(keys.iter().all(|(id, _)| *id == keys[0].0), "all are one key");
    let mut good = 0;
    for (_, secret) in &keys {
        good += usize::from(me(&app, secret).await.status() == 200);
    }
    assert_eq!(good, 1);
}

#[tokio::test]
async fn e7_a_key_of_a_login_that_nobody_uses_ends_after_ten_minutes() {
    let mut app = TestApp::start().await;
    let admin = app.browser();
    admin.sign_in("ada").await;
    let unused = app.workstation_key("grace", "lost").await;
    let used = app.workstation_key("grace", "laptop").await;
    assert_eq!(me(&app, &used.key).await.status(), 200);
    let body = json!({ "name": "next-week", "scopes": ["apps:look"] });
    let created = app
        .api_as(&used.key, Method::POST, KEYS)
        .json(&body)
        .send()
        .await
        .unwrap();
    let (later, _) = key(created).await;
    app.clock.advance(Duration::from_mins(9));
    app.restart().await;
    // The sweep comes with the start; it leaves what still has time.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(live(&app, &used.key).await.len(), 3);
    app.clock.advance(Duration::from_mins(2));
    app.restart().await;
    let mut left = Vec::new();
    for _ in 0..100 {
        left = live(&app, &used.key).await;
        if left.len() < 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    left.sort();
    let mut kept = [used.id.to_string(), later];
    kept.sort();
    assert_eq!(left, kept);
    assert_eq!(
        refusal(me(&app, &unused.key).await).await,
        (401, "key_revoked".to_owned())
    );
    let rows: Value = admin.get("/api/v1/audit/events").await.json().await.unwrap();
    let mut rows = rows["items"].as_array().unwrap().iter();
    let row = rows.find(|row| row["reason"] == "never_used").unwrap();
    assert_eq!(row["action"], "key.revoked");
    assert_eq!(row["object"], unused.id.to_string());
}
