use std::time::Duration;

use flui_testkit::{Browser, TestApp};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{audit, me, refusal};

const KEYS: &str = "/api/v1/auth/api-keys";

/// Creates a key as the dashboard's own scripts would: by cookie and origin.
async fn create(app: &TestApp, browser: &Browser, body: &Value) -> Response {
    browser
        .request_post(KEYS)
        .header("origin", &app.url)
        .json(body)
        .send()
        .await
        .unwrap()
}

async fn created(app: &TestApp, browser: &Browser, body: &Value) -> Value {
    let answer = create(app, browser, body).await;
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    answer.json().await.unwrap()
}

async fn revoke(app: &TestApp, browser: &Browser, id: &str) -> Response {
    browser
        .request(Method::DELETE, &format!("{KEYS}/{id}"))
        .header("origin", &app.url)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn k7_a_key_works_until_the_moment_it_is_revoked() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let key = created(&app, &browser, &json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
    let secret = key["key"].as_str().unwrap();
    assert!(secret.starts_with(key["prefix"].as_str().unwrap()) && secret.starts_with("flui_ci_"));
    let who: Value = me(&app, secret).await.json().await.unwrap();
    assert_eq!(who["signIn"]["id"], key["id"]);
    assert_eq!(who["signIn"]["scopes"], json!(["apps:look"]));

    let id = key["id"].as_str().unwrap();
    assert_eq!(revoke(&app, &browser, id).await.status(), 204);
    let refused = me(&app, secret).await;
    assert_eq!(
        refused.headers()["www-authenticate"],
        "Bearer realm=\"flui\", error=\"invalid_token\""
    );
    assert_eq!(refusal(refused).await, (401, "key_revoked".to_owned()));
    assert_eq!(revoke(&app, &browser, id).await.status(), 404, "ended is ended");

    let actions: Vec<Value> = audit(&app).await;
    for action in ["key.created", "key.revoked"] {
        let row = |outcome: &str| {
            actions
                .iter()
                .find(|row| row["action"] == action && row["outcome"] == outcome)
        };
        assert_eq!(row("done").unwrap()["object"], key["id"]);
        assert_eq!(
            row("refused").is_some(),
            action == "key.revoked",
            "the second try was refused"
        );
    }
}

#[tokio::test]
async fn k4_k5_lists_show_everything_but_the_secret() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let key = created(&app, &browser, &json!({ "name": "deploy", "groups": ["apps:change"] })).await;
    let secret = key["key"].as_str().unwrap();
    assert_eq!(me(&app, secret).await.status(), 200);
    app.flush().await;
    let text = browser.get(KEYS).await.text().await.unwrap();
    assert!(!text.contains(secret));
    let list: Value = serde_json::from_str(&text).unwrap();
    let row = &list["items"][0];
    assert_eq!(row["name"], "deploy");
    assert_eq!(row["lastFour"].as_str().unwrap(), &secret[secret.len() - 4..]);
    assert_eq!(row["scopes"], json!(["apps:look", "apps:change"]));
    assert_eq!(row["lastUsedFrom"], "127.0.0.1");
    assert_eq!(row["state"], "live");
    assert_eq!(row["current"], false);
    let own: Value = app
        .api_as(&app.workstation_key("grace", "laptop").await.key, Method::GET, KEYS)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        own["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["current"] == true)
            .count(),
        1
    );
}

#[tokio::test]
async fn e10_a_grant_is_exactly_one_of_three_and_never_trimmed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    for (grant, code) in [
        (json!({}), "invalid_scope"),
        (json!({ "scopes": [] }), "invalid_scope"),
        (json!({ "groups": [] }), "invalid_scope"),
        (json!({ "unscoped": false }), "invalid_scope"),
        (json!({ "unscoped": true, "scopes": ["apps:look"] }), "invalid_scope"),
        (
            json!({ "scopes": ["apps:look"], "groups": ["apps:look"] }),
            "invalid_scope",
        ),
        (json!({ "scopes": ["apps:own"] }), "invalid_scope"),
        (json!({ "scopes": ["apps:look", "admin"] }), "invalid_scope"),
    ] {
        let mut body = json!({ "name": "x" });
        body.as_object_mut().unwrap().extend(grant.as_object().unwrap().clone());
        let answer = create(&app, &browser, &body).await;
        assert_eq!(refusal(answer).await, (400, code.to_owned()), "{body}");
    }
    let list: Value = browser.get(KEYS).await.json().await.unwrap();
    assert_eq!(list["items"], json!([]), "nothing was created on the way");
    created(&app, &browser, &json!({ "name": "x", "unscoped": true })).await;
}

#[tokio::test]
async fn k9_a_key_gives_no_more_than_it_has() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let plain = created(&app, &browser, &json!({ "name": "plain", "scopes": ["apps:look"] })).await;
    let maker = json!({ "name": "maker", "scopes": ["keys:look", "keys:change", "apps:look"] });
    let maker = created(&app, &browser, &maker).await;
    let ask = |key: &Value, body: Value| {
        let key = key["key"].as_str().unwrap().to_owned();
        let app = &app;
        async move { app.api_as(&key, Method::POST, KEYS).json(&body).send().await.unwrap() }
    };
    let narrow = json!({ "name": "child", "scopes": ["apps:look"] });
    assert_eq!(
        refusal(ask(&plain, narrow.clone()).await).await,
        (403, "forbidden".to_owned())
    );
    assert_eq!(ask(&maker, narrow).await.status(), 201);
    for wide in [
        json!({ "name": "child", "scopes": ["apps:change"] }),
        json!({ "name": "child", "unscoped": true }),
        json!({ "name": "child", "groups": ["keys:destroy"] }),
    ] {
        assert_eq!(
            refusal(ask(&maker, wide).await).await,
            (403, "scope_too_wide".to_owned())
        );
    }
    let refused = audit(&app)
        .await
        .into_iter()
        .filter(|row| row["outcome"] == "refused")
        .count();
    assert_eq!(refused, 4, "each refusal left one row");
}

#[tokio::test]
async fn read_only_people_make_keys_that_look_or_none() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("linus").await;
    let answer = create(&app, &browser, &json!({ "name": "x", "scopes": ["apps:look"] })).await;
    assert_eq!(refusal(answer).await.0, 403, "keys:change is not theirs");
    let groups: Value = browser.get("/api/v1/auth/api-key-groups").await.json().await.unwrap();
    for group in groups["groups"].as_array().unwrap() {
        assert_eq!(group["grantable"], group["depth"] == "look", "{group}");
    }
}

#[tokio::test]
async fn e11_nobody_gets_a_key_that_outlives_the_policy() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let with = |expires: &str| json!({ "name": "x", "unscoped": true, "expiresAt": expires });
    for expires in ["2126-01-01T00:00:00Z", "2020-01-01T00:00:00Z"] {
        let answer = create(&app, &browser, &with(expires)).await;
        assert_eq!(refusal(answer).await, (400, "invalid_field".to_owned()));
    }
    let soon = flui_identity::Clock::now(&*app.clock) + Duration::from_hours(1);
    let key = created(&app, &browser, &with(&soon.to_string())).await;
    assert_eq!(me(&app, key["key"].as_str().unwrap()).await.status(), 200);
    app.clock.advance(Duration::from_secs(3601));
    assert_eq!(refusal(me(&app, key["key"].as_str().unwrap()).await).await.0, 401);
}

#[tokio::test]
async fn e9_names_that_deceive_are_refused_with_the_field() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    for name in ["", "  ", "a\u{202e}b", "a\nb", &"x".repeat(65)] {
        let answer = create(&app, &browser, &json!({ "name": name, "unscoped": true })).await;
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["code"], "invalid_field");
        assert_eq!(body["errors"][0]["field"], "name", "{name:?}");
    }
    let key = created(&app, &browser, &json!({ "name": " <b>né</b> ", "unscoped": true })).await;
    assert_eq!(key["name"], "<b>né</b>");
}

#[tokio::test]
async fn a1_foreign_and_absent_keys_look_the_same_and_admins_reach_all() {
    let app = TestApp::start().await;
    let (grace, linus, ada) = (app.browser(), app.browser(), app.browser());
    grace.sign_in("grace").await;
    linus.sign_in("linus").await;
    ada.sign_in("ada").await;
    let key = created(&app, &grace, &json!({ "name": "x", "unscoped": true })).await;
    let id = key["id"].as_str().unwrap();
    let foreign = revoke(&app, &linus, id).await;
    let absent = revoke(&app, &linus, "01930000-0000-7000-8000-000000000001").await;
    let malformed = revoke(&app, &linus, "1").await;
    for answer in [foreign, absent, malformed] {
        assert_eq!(refusal(answer).await, (404, "not_found".to_owned()));
    }
    assert_eq!(refusal(linus.get(&format!("{KEYS}?person=all")).await).await.0, 403);
    let all: Value = ada.get(&format!("{KEYS}?person=all")).await.json().await.unwrap();
    assert_eq!(all["items"][0]["person"]["name"], "Grace Hopper");
    assert_eq!(revoke(&app, &ada, id).await.status(), 204);
    assert_eq!(refusal(me(&app, key["key"].as_str().unwrap()).await).await.0, 401);
}

#[tokio::test]
async fn s13_an_old_proof_makes_no_key() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    for _ in 0..2 {
        app.clock.advance(Duration::from_mins(10));
        app.idp.control().advance_clock(600);
        assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
    }
    let body = json!({ "name": "x", "unscoped": true });
    let answer = create(&app, &browser, &body).await;
    assert_eq!(refusal(answer).await, (403, "fresh_sign_in_needed".to_owned()));
    browser.sign_in_by("/auth/login?fresh=1", "grace").await;
    created(&app, &browser, &body).await;
}

#[tokio::test]
async fn d8_long_lists_come_in_pages_without_gap_or_repeat() {
    let app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    for i in 0..25 {
        let body = json!({ "name": format!("key {i}"), "scopes": ["apps:look"] });
        assert_eq!(
            app.api_as(&key, Method::POST, KEYS)
                .json(&body)
                .send()
                .await
                .unwrap()
                .status(),
            201
        );
    }
    let mut seen = std::collections::HashSet::new();
    let mut cursor: Option<String> = None;
    for _ in 0..10 {
        let query = cursor
            .as_ref()
            .map(|cursor| format!("&cursor={cursor}"))
            .unwrap_or_default();
        let path = format!("{KEYS}?limit=10{query}");
        let page: Value = app
            .api_as(&key, Method::GET, &path)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        for row in page["items"].as_array().unwrap() {
            assert!(seen.insert(row["id"].as_str().unwrap().to_owned()));
        }
        cursor = page["nextCursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 26);
    let bad = app
        .api_as(&key, Method::GET, &format!("{KEYS}?cursor=junk"))
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(bad).await, (400, "invalid_field".to_owned()));
}

#[tokio::test]
async fn a2_ids_are_random_and_not_counted() {
    let app = TestApp::start().await;
    let mut parts = Vec::new();
    for n in 0..6 {
        let id = app
            .workstation_key("grace", &format!("laptop-{n}"))
            .await
            .id
            .to_string();
        let hex = id.replace('-', "");
        assert_eq!((hex.len(), &hex[12..13]), (32, "7"), "RFC 9562, version 7: {id}");
        // Behind the time and the version: 74 bits of chance, two of which are fixed.
        parts.push(u64::from_str_radix(&hex[16..], 16).unwrap() << 2);
    }
    for (n, one) in parts.iter().enumerate() {
        for other in &parts[n + 1..] {
            // By chance, two lie so near to each other once in two thousand million times.
            assert!(one.abs_diff(*other) > 1 << 32, "{parts:?}");
        }
    }
}
