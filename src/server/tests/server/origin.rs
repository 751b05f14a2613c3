use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::json;

use crate::refusal;

#[tokio::test]
async fn x1_forms_from_elsewhere_change_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let body = json!({ "name": "x", "unscoped": true });
    let ask = |headers: &[(&str, &str)]| {
        let request = browser.request_post("/api/v1/auth/api-keys").json(&body);
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value))
            .send()
    };
    for headers in [
        vec![],
        vec![("origin", "null")],
        vec![("origin", "https://evil.example")],
        vec![("origin", "http://127.0.0.1:1")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
    ] {
        let answer = ask(&headers).await.unwrap();
        assert_eq!(refusal(answer).await, (403, "origin_refused".to_owned()), "{headers:?}");
    }
    assert_eq!(ask(&[("origin", &app.url)]).await.unwrap().status(), 201);
    assert_eq!(ask(&[("sec-fetch-site", "same-origin")]).await.unwrap().status(), 201);
}

#[tokio::test]
async fn x8_a_cookie_and_a_bearer_together_are_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let key = app.workstation_key("ada", "laptop").await.key;
    let both = browser
        .request(Method::GET, "/api/v1/auth/me")
        .bearer_auth(&key)
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(both).await, (400, "two_credentials".to_owned()));
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
    assert_eq!(crate::me(&app, &key).await.status(), 200);
}

#[tokio::test]
async fn x9_no_header_changes_the_method() {
    let app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await;
    let path = format!("/api/v1/auth/api-keys/{}", key.id);
    let answer = app
        .api_as(&key.key, Method::POST, &path)
        .header("x-http-method-override", "DELETE")
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(answer).await.0, 405);
    assert_eq!(crate::me(&app, &key.key).await.status(), 200);
}

#[tokio::test]
async fn x10_another_host_is_refused() {
    let app = TestApp::start().await;
    for host in ["evil.example", "localhost", "127.0.0.1"] {
        let answer = app
            .api(Method::GET, "/api/v1/auth/config")
            .header("host", host)
            .send()
            .await
            .unwrap();
        assert_eq!(refusal(answer).await, (421, "wrong_host".to_owned()));
    }
    let forwarded = app
        .api(Method::GET, "/auth/login")
        .header("x-forwarded-host", "evil.example");
    let answer = forwarded.send().await.unwrap();
    assert!(!flui_testkit::see_other(&answer).contains("evil"));
}
