use flui_testkit::{TestApp, see_other};
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use crate::{audit, me, refusal};

pub(crate) const BACK_CHANNEL: &str = "/auth/backchannel-logout";

#[tokio::test]
async fn l1_signing_out_ends_here_first_and_then_at_the_provider() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let next = see_other(&browser.post("/auth/logout", &[]).await);
    assert_eq!(
        browser.get("/api/v1/auth/me").await.status(),
        401,
        "before the provider is asked"
    );
    let url = Url::parse(&next).unwrap();
    assert!(next.starts_with(app.idp.issuer()), "{next}");
    let query: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(query["post_logout_redirect_uri"], format!("{}/", app.url));
    assert!(query["id_token_hint"].split('.').count() == 3 && query["state"].len() >= 22);
    let back = flui_testkit::location(&browser.get(&next).await);
    assert!(back.starts_with(&format!("{}/", app.url)), "{back}");
    assert!(
        browser.get(&back).await.text().await.unwrap().contains("signed out"),
        "the page says so"
    );
    let provider = see_other(&browser.get("/auth/login").await);
    let page = browser.get(&provider).await;
    assert!(
        flui_testkit::location(&page).contains("/login"),
        "the provider asks for the password again"
    );
}

#[tokio::test]
async fn l2_coming_back_with_another_state_or_none_is_harmless() {
    let app = TestApp::start().await;
    for path in ["/", "/?state=unknown"] {
        let browser = app.browser();
        assert_eq!(browser.get(path).await.status(), 200, "{path}");
        assert_eq!(browser.get("/api/v1/auth/me").await.status(), 401);
    }
}

#[tokio::test]
async fn x6_signing_out_needs_a_form_of_our_own() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let foreign = browser
        .request_post("/auth/logout")
        .header("origin", "https://evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    assert_eq!(browser.get("/auth/logout").await.status(), 405);
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
}

#[tokio::test]
async fn l3_l13_the_provider_ends_sessions_and_keys_stay() {
    let app = TestApp::start().await;
    let (browser, other) = (app.browser(), app.browser());
    browser.sign_in("ada").await;
    other.sign_in("grace").await;
    let key = app.workstation_key("ada", "laptop").await.key;
    app.idp.control().end_sessions("ada").await.unwrap();
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(other.get("/api/v1/auth/me").await.status(), 200);
    assert_eq!(me(&app, &key).await.status(), 200);
    let ended = audit(&app)
        .await
        .into_iter()
        .find(|row| row["reason"] == "provider_logout");
    assert_eq!(ended.unwrap()["action"], "sign_in.ended");
}

/// A logout token with some claims changed; null removes one.
pub(crate) fn token(app: &TestApp, change: &Value) -> String {
    let control = app.idp.control();
    let now = control.now();
    let mut claims = json!({
        "iss": app.idp.issuer(), "aud": "flui-dashboard", "iat": now, "exp": now + 120,
        "jti": format!("{change}{now}"), "sub": "nobody-here",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    let header = json!({ "alg": "ES256", "kid": control.current_kid(), "typ": "logout+jwt" });
    control.sign(header, claims)
}

pub(crate) async fn post(app: &TestApp, token: &str) -> reqwest::Response {
    let form = [("logout_token", token)];
    app.api(Method::POST, BACK_CHANNEL).form(&form).send().await.unwrap()
}

#[tokio::test]
async fn l5_to_l9_a_spoiled_logout_token_ends_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let me: Value = browser.get("/api/v1/auth/me").await.json().await.unwrap();
    let sub = me["person"]["subject"].as_str().unwrap();
    let now = app.idp.control().now();
    for change in [
        json!({ "iss": "https://evil.example" }),
        json!({ "aud": "another-app" }),
        json!({ "aud": null }),
        json!({ "events": null }),
        json!({ "events": [] }),
        json!({ "events": { "other": {} } }),
        json!({ "events": { "http://schemas.openid.net/event/backchannel-logout": "x" } }),
        json!({ "nonce": "n" }),
        json!({ "iat": null }),
        json!({ "iat": now - 3_600 }),
        json!({ "iat": now + 600 }),
        json!({ "exp": now - 61 }),
        json!({ "exp": null }),
        json!({ "jti": null }),
        json!({ "sub": null }),
    ] {
        let mut spoiled = json!({ "sub": sub });
        spoiled
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let answer = post(&app, &token(&app, &spoiled)).await;
        assert_eq!(refusal(answer).await, (400, "invalid_request".to_owned()), "{change}");
        assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200, "{change}");
    }
    let good = token(&app, &json!({ "sub": sub }));
    let answer = post(&app, &good).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 401);

    browser.sign_in("ada").await;
    assert_eq!(
        refusal(post(&app, &good).await).await.0,
        400,
        "l11: the same token again"
    );
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
}

#[tokio::test]
async fn l9_sid_and_sub_must_both_fit() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.browser(), app.browser());
    ada.sign_in("ada").await;
    grace.sign_in("grace").await;
    let sub = |me: Value| me["person"]["subject"].as_str().unwrap().to_owned();
    let of_ada = sub(ada.get("/api/v1/auth/me").await.json().await.unwrap());
    let mixed = token(&app, &json!({ "sub": of_ada, "sid": "of-somebody-else" }));
    assert_eq!(
        post(&app, &mixed).await.status(),
        200,
        "a good token about no session of ours"
    );
    for browser in [&ada, &grace] {
        assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
    }
}

#[tokio::test]
async fn l14_other_bodies_are_refused_without_a_call() {
    let app = TestApp::start().await;
    app.browser().sign_in("ada").await;
    let before = app.idp.control().calls();
    let good = token(&app, &json!({}));
    let twice = [("logout_token", good.as_str()), ("logout_token", good.as_str())];
    let large = [("logout_token", "x".repeat(70_000))];
    let send = |request: reqwest::RequestBuilder| async { request.send().await.unwrap().status().as_u16() };
    let post = || app.api(Method::POST, BACK_CHANNEL);
    assert_eq!(send(post().form(&twice)).await, 400);
    assert_eq!(send(post().form(&large)).await, 413);
    assert_eq!(send(post().json(&json!({ "logout_token": good }))).await, 415);
    assert_eq!(send(post().form(&[("other", "x")])).await, 400);
    assert_eq!(send(app.api(Method::GET, BACK_CHANNEL)).await, 405);
    for junk in ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "x"] {
        assert_eq!(send(post().form(&[("logout_token", junk)])).await, 400);
    }
    assert_eq!(app.idp.control().calls(), before, "junk causes no call to the provider");
}
