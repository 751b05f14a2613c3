//! After a restart everybody comes back at once, each over a connection of its own, to a server that knows nothing yet.

use std::{collections::BTreeMap, time::Duration};

use flui_devidp::Options;
use flui_testkit::{TestApp, client, postgres_database};
use futures::{StreamExt as _, stream};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{faults::bearers, me, process::Running};

const KEYS: &str = "/api/v1/auth/api-keys";
/// Command lines that ask by their keys.
const ASKING: usize = 1_200;
/// Command lines that want a key, each from an address of its own.
const BUYING: usize = 100;

async fn herd(settings: &[(&str, &str)]) {
    let mut app = TestApp::start_with(settings, Options::default()).await;
    let maker = app.workstation_key("grace", "laptop").await.key;
    assert_eq!(me(&app, &maker).await.status(), 200);
    let mut keys = vec![maker.clone()];
    for number in 0..30 {
        let body = json!({ "name": format!("{number}"), "unscoped": true });
        let made = app.api_as(&maker, Method::POST, KEYS).json(&body).send().await.unwrap();
        let made: Value = made.json().await.unwrap();
        keys.push(made["key"].as_str().unwrap().to_owned());
    }
    let bearers = bearers(&app, BUYING);
    let log = app.folder.path().join("log");
    app.stop().await;
    let settings = [("FLUI_TRUSTED_PROXIES", "127.0.0.1/32")];
    let (first, _) = Running::start(&app, &log, &settings).await;
    assert_eq!(me(&app, &maker).await.status(), 200);
    drop(first);
    let (_server, _) = Running::start(&app, &log, &settings).await;

    let before = app.idp.control().calls().values().sum::<u64>();
    let client = client();
    let asks = (0..ASKING).map(|number| {
        let request = client.get(format!("{}/api/v1/auth/me", app.url));
        (200, request.bearer_auth(&keys[number % keys.len()]))
    });
    let body = json!({ "name": "laptop", "unscoped": true });
    let buys = bearers.iter().enumerate().map(|(number, bearer)| {
        let request = client.post(format!("{}{KEYS}", app.url)).bearer_auth(bearer);
        (
            201,
            request
                .header("x-forwarded-for", format!("10.0.0.{number}"))
                .json(&body),
        )
    });
    // Those who want a key stand among the others.
    let mut all: Vec<(u16, RequestBuilder)> = asks.collect();
    for (number, buy) in buys.enumerate() {
        all.insert(number * (ASKING / BUYING), buy);
    }
    let herd = stream::iter(all).map(async |(wanted, request)| {
        let request = request.timeout(Duration::from_mins(1));
        for _ in 0..5 {
            let answer = request
                .try_clone()
                .unwrap()
                .send()
                .await
                .expect("every request is answered");
            // Who is told to come again does so.
            let Some(later) = answer.headers().get("retry-after") else {
                return (wanted, answer.status().as_u16());
            };
            let later = later.to_str().unwrap().parse().unwrap();
            tokio::time::sleep(Duration::from_secs(later)).await;
        }
        (wanted, 503)
    });
    let answers: Vec<_> = herd.buffer_unordered(ASKING + BUYING).collect().await;
    let mut statuses = BTreeMap::<_, usize>::new();
    for answer in answers {
        *statuses.entry(answer).or_default() += 1;
    }
    assert_eq!(statuses[&(200, 200)], ASKING, "every key is let in: {statuses:?}");
    assert_eq!(statuses[&(201, 201)], BUYING, "every bearer buys: {statuses:?}");
    let calls = app.idp.control().calls().values().sum::<u64>() - before;
    assert!(calls <= 4, "the provider was called {calls} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn b11_a_herd_after_a_restart_is_served_on_sqlite() {
    herd(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b11_a_herd_after_a_restart_is_served_on_postgresql() {
    let database = postgres_database().await;
    herd(&[("FLUI_DATABASE_URL", &database)]).await;
}
