//! Traefik is no package of Debian's, so its part is played by hand: what it sends, and what it makes of the answer.

use std::time::Duration;

use flui_devidp::Options;
use flui_testkit::TestApp;
use reqwest::{Method, RequestBuilder};

use super::guides::{TRAEFIK, block, filled};

/// What Traefik asks about a request: always by GET, with the client's headers and these of its own.
fn ask(app: &TestApp, proto: &str, target: &str) -> RequestBuilder {
    app.api(Method::GET, "/auth/verify")
        .header("x-forwarded-method", "POST")
        .header("x-forwarded-proto", proto)
        .header("x-forwarded-host", "wiki.example.org")
        .header("x-forwarded-uri", target)
        .header("x-forwarded-for", "203.0.113.7")
        .timeout(Duration::from_secs(10))
}

async fn scene(folder: &tempfile::TempDir) -> TestApp {
    let config = folder.path().join("flui.toml");
    let toml = filled(block(TRAEFIK, "toml"), &[("10.0.0.0/8", "127.0.0.0/8")]);
    std::fs::write(&config, toml).unwrap();
    TestApp::start_with(&[("FLUI_CONFIG", config.to_str().unwrap())], Options::default()).await
}

#[tokio::test]
async fn the_shape_of_traefik_is_understood() {
    let folder = tempfile::tempdir().unwrap();
    let app = scene(&folder).await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let answer = ask(&app, "https", "/api").bearer_auth(&key).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let socket = ask(&app, "wss", "/socket").bearer_auth(&key).send().await.unwrap();
    assert_eq!(socket.status(), 200);
    assert_eq!(ask(&app, "wss", "/socket").send().await.unwrap().status(), 401);
    assert_eq!(
        ask(&app, "ws", "/socket")
            .bearer_auth(&key)
            .send()
            .await
            .unwrap()
            .status(),
        403
    );
}

/// Traefik resolves `Location` against the address that it asked, so that only an absolute one leads to the app.
#[tokio::test]
async fn v14_a_person_is_sent_to_an_absolute_address() {
    let folder = tempfile::tempdir().unwrap();
    let app = scene(&folder).await;
    let request = app
        .api(Method::GET, "/auth/verify")
        .header("x-forwarded-method", "GET")
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-host", "wiki.example.org")
        .header("x-forwarded-uri", "/")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 302);
    assert_eq!(
        answer.headers()["location"],
        "https://wiki.example.org/.flui/start?return=%2F"
    );
}

/// Traefik takes away every header that is named in `authResponseHeaders`, and sets those that the answer has.
#[tokio::test]
async fn v8_v12_the_guide_names_every_identity_header_and_the_keys_own() {
    let folder = tempfile::tempdir().unwrap();
    let app = scene(&folder).await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let answer = ask(&app, "https", "/").bearer_auth(&key).send().await.unwrap();
    let guide = block(TRAEFIK, "yaml").to_lowercase();
    let named = |name: &str| guide.lines().any(|line| line.trim() == format!("- {name}"));
    let identity = answer
        .headers()
        .keys()
        .map(reqwest::header::HeaderName::as_str)
        .filter(|name| name.starts_with("remote-") || name.starts_with("x-flui-"));
    let identity: Vec<_> = identity.collect();
    assert_eq!(identity.len(), 7);
    assert!(identity.iter().all(|name| named(name)), "{identity:?}");
    assert!(named("authorization") && !answer.headers().contains_key("authorization"));
}
