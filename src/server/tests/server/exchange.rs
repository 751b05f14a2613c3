use flui_devidp::{AccessTokens, Options};
use flui_testkit::TestApp;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{audit, me, refusal};

const KEYS: &str = "/api/v1/auth/api-keys";

async fn exchange(app: &TestApp, bearer: &str) -> Response {
    let body = json!({ "name": "laptop", "unscoped": true, "machine": { "name": "laptop", "os": "Linux" } });
    app.api_as(bearer, Method::POST, KEYS).json(&body).send().await.unwrap()
}

#[tokio::test]
async fn a_bearer_buys_a_workstation_key() {
    let app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await;
    assert!(key.key.starts_with("flui_ws_"));
    let who: Value = me(&app, &key.key).await.json().await.unwrap();
    assert_eq!(who["person"]["name"], "Ada Lovelace");
    assert_eq!(who["signIn"]["kind"], "workstation");
    assert_eq!(who["signIn"]["unscoped"], true);
    let row = audit(&app)
        .await
        .into_iter()
        .find(|row| row["action"] == "key.exchanged")
        .unwrap();
    assert_eq!(row["outcome"], "done");
}

#[tokio::test]
async fn a_second_login_replaces_the_first_key_once_it_is_used() {
    let app = TestApp::start().await;
    let first = app.workstation_key("ada", "laptop").await.key;
    let elsewhere = app.workstation_key("ada", "desktop").await.key;
    let foreign = app.workstation_key("grace", "laptop").await.key;
    let second = app.workstation_key("ada", "laptop").await.key;
    assert_eq!(
        me(&app, &first).await.status(),
        200,
        "the new key may have been lost on the way"
    );
    assert_eq!(me(&app, &second).await.status(), 200);
    assert_eq!(me(&app, &first).await.status(), 401, "replaced");
    assert_eq!(me(&app, &elsewhere).await.status(), 200, "another machine's");
    assert_eq!(me(&app, &foreign).await.status(), 200, "another person's");
}

#[tokio::test]
async fn e1_only_the_command_lines_bearer_is_good() {
    let app = TestApp::start().await;
    let control = app.idp.control();
    let now = control.now();
    let sign = |claims: Value| {
        let header = json!({ "alg": "ES256", "kid": control.current_kid(), "typ": "JWT" });
        control.sign(header, claims)
    };
    let claims = |change: Value| {
        let mut claims = json!({
            "iss": app.idp.issuer(), "sub": "somebody", "aud": "flui-cli", "exp": now + 300, "iat": now,
            "jti": change.to_string(),
        });
        for (name, value) in change.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        claims
    };
    assert_eq!(
        exchange(&app, &sign(claims(json!({})))).await.status(),
        201,
        "the good twin"
    );
    for change in [
        json!({ "aud": "another-app" }),
        json!({ "aud": "flui-dashboard" }),
        json!({ "aud": ["flui-cli", "another-app"] }),
        json!({ "aud": null }),
        json!({ "iss": "https://evil.example" }),
        json!({ "exp": now - 61 }),
        json!({ "exp": null }),
        json!({ "iat": now + 120 }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
        json!({ "sub": "flui-cli" }),
        json!({ "cnf": { "jkt": "x" } }),
    ] {
        let answer = exchange(&app, &sign(claims(change.clone()))).await;
        assert_eq!(refusal(answer).await, (401, "invalid_token".to_owned()), "{change}");
    }
    let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.";
    for junk in ["junk", "a.b.c", unsigned, &"x".repeat(10_000)] {
        assert_eq!(refusal(exchange(&app, junk).await).await.0, 401, "{junk}");
    }
}

#[tokio::test]
async fn a_bearer_that_says_nothing_of_roles_takes_none_away() {
    let app = TestApp::start().await;
    app.browser().sign_in("ada").await;
    let silent = json!({ "groups": null, "name": null, "preferred_username": null, "email": null });
    app.idp
        .control()
        .override_id_token(Some(silent.as_object().unwrap().clone()));
    let key = app.workstation_key("ada", "laptop").await;
    let who: Value = me(&app, &key.key).await.json().await.unwrap();
    assert_eq!(who["roles"][0], "admin");
    assert_eq!(who["person"]["name"], "Ada Lovelace");
}

#[tokio::test]
async fn e5_a_key_is_no_bearer() {
    let app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await.key;
    let body = json!({ "name": "x", "unscoped": true, "kind": "workstation" });
    let answer = app.api_as(&key, Method::POST, KEYS).json(&body).send().await.unwrap();
    assert_eq!(refusal(answer).await, (400, "invalid_field".to_owned()));
}

#[tokio::test]
async fn e6_each_bearer_buys_one_key() {
    let app = TestApp::start().await;
    let bearer = app.bearer("ada").await;
    let mut statuses = Vec::new();
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let request = app.api_as(&bearer, Method::POST, KEYS);
        set.spawn(request.json(&json!({ "name": "laptop", "unscoped": true })).send());
    }
    while let Some(answer) = set.join_next().await {
        statuses.push(answer.unwrap().unwrap().status().as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
    let again = exchange(&app, &bearer).await;
    assert_eq!(refusal(again).await, (409, "bearer_spent".to_owned()));
}

#[tokio::test]
async fn e1_an_opaque_access_token_is_asked_about() {
    let provider = Options {
        access_tokens: AccessTokens::Opaque,
        ..Options::default()
    };
    let app = TestApp::start_with(&[], provider).await;
    let token = app.access_token("grace").await;
    assert_ne!(token.split('.').count(), 3, "the provider gave an opaque token");
    let answer = exchange(&app, &token).await;
    assert_eq!(answer.status(), 201);
    let key: Value = answer.json().await.unwrap();
    let who: Value = me(&app, key["key"].as_str().unwrap()).await.json().await.unwrap();
    assert_eq!(who["person"]["name"], "Grace Hopper");
    assert_eq!(refusal(exchange(&app, "opaque-but-unknown").await).await.0, 401);
}

#[tokio::test]
async fn e1_a_jwt_access_token_will_do_as_flui_sends_it() {
    let app = TestApp::start().await;
    let token = app.access_token("grace").await;
    assert_eq!(token.split('.').count(), 3);
    assert_eq!(exchange(&app, &token).await.status(), 201);
}
