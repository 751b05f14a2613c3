//! The line about a key that ends soon.

use flui_devidp::Options;
use flui_testkit::TestApp;
use serde_json::json;

use super::{browser::sign_in, support::Sandbox};

const HINT: &str = " ends in 9 days: run flui auth login";

async fn app() -> TestApp {
    TestApp::start_with(&[("FLUI_KEYS_WORKSTATION_AGE", "10d")], Options::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_ends_soon_is_told_once_a_day_on_stderr() {
    let app = app().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let name = sandbox.config("prod")["keyName"].as_str().unwrap().to_owned();
    // The sign-in itself may have asked with the new key already.
    sandbox.write_fields("prod", &json!({ "lastExpiryHint": null }));

    let quiet = sandbox.flui(&["auth", "status", "--quiet"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""));
    let first = sandbox.flui(&["keys", "list", "--output", "json"]);
    assert_eq!(first.stderr, format!("key \"{name}\"{HINT}\n"), "{first:?}");
    assert!(first.json()["items"].is_array());
    let again = sandbox.flui(&["auth", "status"]);
    assert_eq!((again.code, again.stderr.as_str()), (0, ""));

    sandbox.write_fields("prod", &json!({ "lastExpiryHint": "2026-01-01T00:00:00Z" }));
    let next_day = sandbox.flui(&["auth", "status"]);
    assert!(next_day.stderr.contains(HINT), "{next_day:?}");
    assert_eq!(
        sandbox.config("prod")["keyName"],
        name.as_str(),
        "the rest of the file stays"
    );

    sandbox.write_fields("prod", &json!({ "lastExpiryHint": null }));
    let out = sandbox.flui(&["auth", "logout"]);
    assert!(out.code == 0 && !out.stderr.contains(HINT), "{out:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_the_environment_is_told_of_by_the_variable() {
    let app = app().await;
    let sandbox = Sandbox::with_context(&app.url);
    let key = app.workstation_key("ada", "elsewhere").await.key;
    let ran = sandbox.flui_with(&[("FLUI_API_KEY", &key)], &["whoami"]);
    assert!(ran.stderr.contains("the key in FLUI_API_KEY ends in 9 days"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_a_long_life_is_not_told_of() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let ran = sandbox.flui(&["auth", "status"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}
