use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::json;

use crate::{me, refusal};

const KEYS: &str = "/api/v1/auth/api-keys";

#[tokio::test]
async fn k2_malformed_keys_are_refused_without_a_lookup() {
    let mut app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await.key;
    let misspelt = format!("{}0", &key[..key.len() - 1]);
    let junk = [
        "flui_".to_owned(),
        "flui_ws_".to_owned(),
        "flui_ws_short".to_owned(),
        "flui_xx_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        if misspelt == key {
            format!("{}1", &key[..key.len() - 1])
        } else {
            misspelt
        },
        format!("{key}x"),
    ];
    for bearer in &junk {
        assert_eq!(
            refusal(me(&app, bearer).await).await,
            (401, "invalid_token".to_owned()),
            "{bearer}"
        );
    }
    for header in ["Basic abc", "Bearer", "Bearer ", "flui", "\u{7f}"] {
        let Ok(value) = reqwest::header::HeaderValue::from_str(header) else {
            continue;
        };
        let answer = app
            .api(Method::GET, "/api/v1/auth/me")
            .header("authorization", value)
            .send()
            .await
            .unwrap();
        assert_eq!(refusal(answer).await.0, 401, "{header}");
    }
    assert_eq!(me(&app, &key).await.status(), 200);
    app.stop().await;
}

#[tokio::test]
async fn malformed_bodies_get_a_sentence() {
    let app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await.key;
    let post = || app.api_as(&key, Method::POST, KEYS);
    let json_body = |body: &'static str| post().header("content-type", "application/json").body(body);
    for (request, status, code) in [
        (json_body("{"), 400, "bad_request"),
        (json_body(""), 400, "bad_request"),
        (json_body("[]"), 422, "unprocessable"),
        (json_body(r#"{"name":1}"#), 422, "unprocessable"),
        (
            json_body(r#"{"name":"x","unscoped":true,"owner":"me"}"#),
            422,
            "unprocessable",
        ),
        (
            json_body(r#"{"name":"x","unscoped":true,"isAdmin":true}"#),
            422,
            "unprocessable",
        ),
        (
            json_body(r#"{"name":"x","kind":"root","unscoped":true}"#),
            422,
            "unprocessable",
        ),
        (
            json_body(r#"{"name":"x","kind":"browser","unscoped":true}"#),
            400,
            "invalid_field",
        ),
        (
            post().header("content-type", "text/plain").body("{}"),
            415,
            "unsupported_media_type",
        ),
        (post().body("{}"), 415, "unsupported_media_type"),
        (post().form(&[("name", "x")]), 415, "unsupported_media_type"),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(refusal(answer).await, (status, code.to_owned()));
    }
    let body = json!({ "name": "x", "unscoped": true });
    assert_eq!(post().json(&body).send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn s12_malformed_cookies_make_a_stranger() {
    let app = TestApp::start().await;
    let many = (0..200).map(|i| format!("c{i}=x")).collect::<Vec<_>>().join("; ");
    for cookie in [
        "flui-dev=".to_owned(),
        "flui-dev".to_owned(),
        "flui-dev=%00".to_owned(),
        "flui-dev=\"AAAAAAAAAAAAAAAAAAAAAA\"".to_owned(),
        format!("flui-dev={}", "A".repeat(8_000)),
        format!("{many}; flui-dev=x"),
        ";;;=;=".to_owned(),
    ] {
        let answer = app
            .api(Method::GET, "/")
            .header("cookie", &cookie)
            .send()
            .await
            .unwrap();
        assert!(answer.status() == 200 || answer.status() == 431, "{cookie}");
    }
    let raw = reqwest::header::HeaderValue::from_bytes(b"flui-dev=\xff\xfe").unwrap();
    assert_eq!(
        app.api(Method::GET, "/")
            .header("cookie", raw)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_told_apart() {
    let app = TestApp::start().await;
    let answer = app.api(Method::GET, "/api/v1/nowhere").send().await.unwrap();
    assert_eq!(refusal(answer).await, (404, "not_found".to_owned()));
    let answer = app
        .api(Method::PUT, "/api/v1/auth/me")
        .header("origin", &app.url)
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(answer).await, (405, "method_not_allowed".to_owned()));
    let answer = app
        .api(Method::GET, "/api/v1/auth/api-keys?limit=x")
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(answer).await, (400, "bad_request".to_owned()));
    let answer = app.api(Method::GET, "/api/v1/auth/me").send().await.unwrap();
    assert_eq!(refusal(answer).await, (401, "not_signed_in".to_owned()));
}
