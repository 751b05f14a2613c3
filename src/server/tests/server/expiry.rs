//! No key ends in silence.

use std::time::Duration;

use flui_devidp::Options;
use flui_testkit::TestApp;
use reqwest::Method;

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn answers_tell_a_key_from_fourteen_days_before_its_end_on() {
    let app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await;
    let told = async |path: &str| {
        let answer = app.api_as(&key.key, Method::GET, path).send().await.unwrap();
        answer.headers().get("flui-key-expires").cloned()
    };
    assert_eq!(told("/api/v1/auth/me").await, None);
    app.clock.advance(DAY * 75);
    assert_eq!(told("/api/v1/auth/me").await, None, "15 days are left");
    app.clock.advance(DAY + DAY / 2);
    let end = key.expires_at.to_string();
    for path in ["/api/v1/auth/me", "/api/v1/auth/api-keys", "/api/v1/no-such-thing"] {
        assert_eq!(told(path).await.unwrap(), end.as_str(), "{path}");
    }
    assert_eq!(told("/healthz").await, None, "only the API tells");
}

#[tokio::test]
async fn sessions_and_strangers_are_told_of_no_end() {
    let app = TestApp::start_with(&[("FLUI_KEYS_WORKSTATION_AGE", "9d")], Options::default()).await;
    let key = app.workstation_key("ada", "laptop").await;
    let answer = crate::me(&app, &key.key).await;
    assert!(answer.headers().contains_key("flui-key-expires"));
    let browser = app.browser();
    browser.sign_in("ada").await;
    for answer in [
        browser.get("/api/v1/auth/me").await,
        app.browser().get("/api/v1/auth/me").await,
        crate::me(&app, "flui_ws_nothing").await,
    ] {
        assert!(!answer.headers().contains_key("flui-key-expires"));
    }
}
