//! Rotation, networks and bulk revocation by the API.

use std::time::Duration;

use flui_testkit::{Browser, TestApp, postgres_database};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{audit, me, refusal};

const KEYS: &str = "/api/v1/auth/api-keys";

pub(crate) async fn send(app: &TestApp, browser: &Browser, path: &str, body: &Value) -> Response {
    let request = browser.request_post(path).header("origin", &app.url);
    request.json(body).send().await.unwrap()
}

/// A key made in a browser.
pub(crate) async fn key(app: &TestApp, browser: &Browser, body: &Value) -> Value {
    let answer = send(app, browser, KEYS, body).await;
    assert_eq!(answer.status(), 201, "{:?}", answer.text().await);
    answer.json().await.unwrap()
}

pub(crate) fn text<'a>(key: &'a Value, field: &str) -> &'a str {
    key[field].as_str().unwrap()
}

async fn rotate(app: &TestApp, browser: &Browser, id: &str, body: &Value) -> Response {
    send(app, browser, &format!("{KEYS}/{id}/rotate"), body).await
}

async fn rotation(app: &TestApp) {
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(app, &browser, &json!({ "name": "deploy", "scopes": ["keys:look"] })).await;
    let (id, old) = (text(&made, "id"), text(&made, "key"));
    assert_eq!(me(app, old).await.status(), 200);
    let answer = rotate(app, &browser, id, &json!({})).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let rotated: Value = answer.json().await.unwrap();
    let new = text(&rotated, "key");
    assert_ne!(new, old);
    for field in ["id", "name", "scopes", "expiresAt", "createdAt"] {
        assert_eq!(rotated[field], made[field], "{field}");
    }
    assert!(rotated["oldSecretUntil"].is_string());

    for _ in 0..3 {
        assert_eq!(me(app, old).await.status(), 200, "nobody has used the new one yet");
    }
    let list: Value = browser.get(KEYS).await.json().await.unwrap();
    assert_eq!(list["items"][0]["oldSecretUntil"], rotated["oldSecretUntil"]);
    assert_eq!(list["items"][0]["lastFour"].as_str().unwrap(), &new[new.len() - 4..]);
    let who: Value = me(app, new).await.json().await.unwrap();
    assert_eq!(who["signIn"]["id"], made["id"]);
    assert_eq!(refusal(me(app, old).await).await, (401, "key_rotated".to_owned()));
    assert_eq!(me(app, new).await.status(), 200);
    let list: Value = browser.get(KEYS).await.json().await.unwrap();
    assert_eq!(list["items"][0].get("oldSecretUntil"), None);

    let rows = audit(app).await;
    for action in ["key.rotated", "key.secret_ended", "key.refused"] {
        let of_key = rows
            .iter()
            .filter(|row| row["action"] == action && row["object"] == made["id"]);
        assert_eq!(of_key.count(), 1, "{action}");
    }
}

#[tokio::test]
async fn the_old_secret_dies_at_the_first_use_of_the_new_one() {
    rotation(&TestApp::start().await).await;
}

#[tokio::test]
async fn the_old_secret_dies_at_the_first_use_of_the_new_one_on_postgresql() {
    let url = postgres_database().await;
    rotation(&TestApp::start_with(&[("FLUI_DATABASE_URL", &url)], flui_devidp::Options::default()).await).await;
}

#[tokio::test]
async fn the_old_secret_dies_at_the_deadline_though_nobody_used_the_new_one() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let old = text(&made, "key");
    let rotated: Value = rotate(&app, &browser, text(&made, "id"), &json!({ "overlapSeconds": 600 }))
        .await
        .json()
        .await
        .unwrap();
    app.clock.advance(Duration::from_secs(590));
    assert_eq!(me(&app, old).await.status(), 200);
    app.clock.advance(Duration::from_secs(20));
    assert_eq!(refusal(me(&app, old).await).await.1, "key_rotated");
    assert_eq!(me(&app, text(&rotated, "key")).await.status(), 200);
}

#[tokio::test]
async fn rotating_twice_gives_up_the_unused_secret_and_keeps_the_one_in_use() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let id = text(&made, "id");
    let lost: Value = rotate(&app, &browser, id, &json!({})).await.json().await.unwrap();
    let kept: Value = rotate(&app, &browser, id, &json!({})).await.json().await.unwrap();
    assert_eq!(me(&app, text(&made, "key")).await.status(), 200);
    assert_eq!(refusal(me(&app, text(&lost, "key")).await).await.1, "key_rotated");
    assert_eq!(me(&app, text(&kept, "key")).await.status(), 200);
    assert_eq!(refusal(me(&app, text(&made, "key")).await).await.1, "key_rotated");
    let at_once: Value = rotate(&app, &browser, id, &json!({ "overlapSeconds": 0 }))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(refusal(me(&app, text(&kept, "key")).await).await.1, "key_rotated");
    assert_eq!(me(&app, text(&at_once, "key")).await.status(), 200);
}

#[tokio::test]
async fn only_the_owner_rotates_and_only_what_is_live() {
    let app = TestApp::start().await;
    let (grace, ada) = (app.browser(), app.browser());
    grace.sign_in("grace").await;
    ada.sign_in("ada").await;
    let made = key(&app, &grace, &json!({ "name": "deploy", "unscoped": true })).await;
    let id = text(&made, "id");
    for id in [id, "01930000-0000-7000-8000-000000000001", "x"] {
        let answer = rotate(&app, &ada, id, &json!({})).await;
        assert_eq!(
            refusal(answer).await,
            (404, "not_found".to_owned()),
            "not even an admin"
        );
    }
    let long = rotate(&app, &grace, id, &json!({ "overlapSeconds": 604_801 })).await;
    assert_eq!(refusal(long).await, (400, "invalid_field".to_owned()));
    let unknown = rotate(&app, &grace, id, &json!({ "overlap": 1 })).await;
    assert_eq!(refusal(unknown).await.0, 422);
    assert_eq!(
        rotate(&app, &grace, id, &json!({ "overlapSeconds": 604_800 }))
            .await
            .status(),
        200
    );
    assert_eq!(
        grace
            .request(Method::DELETE, &format!("{KEYS}/{id}"))
            .header("origin", &app.url)
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    let over = rotate(&app, &grace, id, &json!({})).await;
    assert_eq!(refusal(over).await.0, 404, "revoked is final");
    let browser = me(&app, text(&made, "key")).await;
    assert_eq!(
        refusal(browser).await.1,
        "key_revoked",
        "an old secret that was still good is told the same"
    );
}

#[tokio::test]
async fn k9_no_key_rotates_itself_into_more_than_it_may() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let wide = key(&app, &browser, &json!({ "name": "wide", "unscoped": true })).await;
    let narrow = json!({ "name": "narrow", "scopes": ["keys:look", "keys:change"] });
    let narrow = key(&app, &browser, &narrow).await;
    let blind = key(&app, &browser, &json!({ "name": "blind", "scopes": ["keys:look"] })).await;
    let by = async |key: &Value, target: &Value| {
        let path = format!("{KEYS}/{}/rotate", text(target, "id"));
        app.api_as(text(key, "key"), Method::POST, &path)
            .json(&json!({}))
            .send()
            .await
            .unwrap()
    };
    for (key, target) in [(&narrow, &wide), (&blind, &blind)] {
        assert_eq!(refusal(by(key, target).await).await, (403, "forbidden".to_owned()));
    }
    assert_eq!(by(&narrow, &blind).await.status(), 200);
    assert_eq!(by(&narrow, &narrow).await.status(), 200, "a key may renew itself");
    assert_eq!(by(&wide, &narrow).await.status(), 200);
}

#[tokio::test]
async fn s13_an_old_proof_rotates_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    assert_eq!(
        rotate(&app, &browser, text(&made, "id"), &json!({})).await.status(),
        200
    );
    app.clock.advance(Duration::from_mins(16));
    let answer = rotate(&app, &browser, text(&made, "id"), &json!({})).await;
    assert_eq!(refusal(answer).await, (403, "fresh_sign_in_needed".to_owned()));
}

#[tokio::test]
async fn a_key_is_good_from_its_networks_alone() {
    let proxy = [("FLUI_TRUSTED_PROXIES", "127.0.0.1/32")];
    let app = TestApp::start_with(&proxy, flui_devidp::Options::default()).await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let networks = json!(["203.0.113.0/24", "2001:db8::/32", "192.0.2.7"]);
    let body = json!({ "name": "deploy", "scopes": ["keys:look", "keys:change"], "networks": networks });
    let made = key(&app, &browser, &body).await;
    assert_eq!(
        made["networks"],
        json!(["192.0.2.7/32", "203.0.113.0/24", "2001:db8::/32"])
    );
    let from = async |address: &str| {
        let request = app.api_as(text(&made, "key"), Method::GET, KEYS);
        request.header("x-forwarded-for", address).send().await.unwrap()
    };
    for inside in ["203.0.113.9", "2001:db8:1::9", "192.0.2.7", "::ffff:203.0.113.9"] {
        assert_eq!(from(inside).await.status(), 200, "{inside}");
    }
    for outside in ["203.0.114.9", "2001:db9::9", "192.0.2.8"] {
        let refused: Value = from(outside).await.json().await.unwrap();
        assert_eq!(
            (&refused["code"], &refused["keyId"]),
            (&json!("network_refused"), &made["id"])
        );
        assert!(text(&refused, "detail").contains(outside), "{refused}");
    }
    // A key that is bound makes none that is not.
    let create = async |networks: Value| {
        let request = app
            .api_as(text(&made, "key"), Method::POST, KEYS)
            .header("x-forwarded-for", "192.0.2.7");
        let body = json!({ "name": "child", "scopes": ["keys:look"], "networks": networks });
        request.json(&body).send().await.unwrap()
    };
    for wide in [json!(null), json!([]), json!(["0.0.0.0/0"])] {
        assert_eq!(refusal(create(wide).await).await, (403, "scope_too_wide".to_owned()));
    }
    assert_eq!(create(json!(["203.0.113.128/25"])).await.status(), 201);
    let refused = audit(&app).await;
    let refused = refused.iter().filter(|row| row["action"] == "key.refused").count();
    assert_eq!(refused, 1, "once an hour is enough for the log");
}

#[tokio::test]
async fn bad_networks_are_refused_with_the_field() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let many: Vec<String> = (0..17).map(|n| format!("10.{n}.0.0/16")).collect();
    for networks in [json!(["10.0.0.1/8"]), json!(["example.org"]), json!([""]), json!(many)] {
        let body = json!({ "name": "x", "unscoped": true, "networks": networks });
        let answer: Value = send(&app, &browser, KEYS, &body).await.json().await.unwrap();
        assert_eq!(answer["code"], "invalid_field");
        assert_eq!(answer["errors"][0]["field"], "networks", "{answer}");
    }
    key(
        &app,
        &browser,
        &json!({ "name": "x", "unscoped": true, "networks": many[1..] }),
    )
    .await;
}
