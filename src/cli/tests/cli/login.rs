//! Signing in and out against the real dashboard and the development provider.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt};

use flui_model::auth_config::LOOPBACK_PORTS;
use serde_json::json;

use super::{
    browser::{Browser, Login, sign_in},
    support::Sandbox,
};
use flui_testkit::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn login_saves_a_key_that_works_and_tells_the_browser() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sandbox.write_fields("prod", &json!({ "kubeconfig": { "a": 1 } }));
    let login = Login::start(&sandbox, &["--key-name", "laptop"]).await;
    let page = Browser::new().sign_in(&login.url, "ada").await;
    let ran = login.end().await;
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    assert_eq!(page.status, 200);
    for said in [
        "Signed in as Ada",
        "&quot;laptop&quot; is saved in context prod",
        "close this window",
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(
        ran.stderr.contains("The key \"laptop\" is saved in context prod"),
        "{ran:?}"
    );

    let config = sandbox.config("prod");
    let key = config["apiKey"].as_str().unwrap();
    assert!(key.starts_with("flui_ws_"));
    assert_eq!(config["keyName"], "laptop");
    assert_eq!(config["kubeconfig"], json!({ "a": 1 }));
    assert!(config["person"]["name"].as_str().unwrap().starts_with("Ada"));
    let mode = fs::metadata(sandbox.config_file("prod")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(
        !ran.stderr.contains(key) && !page.text.contains(key),
        "Z1: the key is in the file alone"
    );

    let me = sandbox.flui(&["whoami", "--output", "json"]).json();
    assert_eq!(me["context"], "prod");
    assert_eq!(me["apiUrl"], app.url.trim_end_matches('/'));
    assert_eq!(me["signIn"]["id"], config["keyId"]);
    assert_eq!(me["signIn"]["kind"], "workstation");
    let text = sandbox.flui(&["auth", "status"]);
    assert_eq!((text.code, text.stderr.as_str()), (0, ""));
    for said in [
        "Person   Ada",
        "Context  prod (",
        "Key      laptop",
        "everything you may do",
        "in 89 days",
    ] {
        assert!(text.stdout.contains(said), "{said}: {text:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn login_as_json_tells_the_key_but_not_its_secret() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let login = Login::start(&sandbox, &["--output", "json"]).await;
    Browser::new().sign_in(&login.url, "grace").await;
    let ran = login.end().await;
    let answer = ran.json();
    let config = sandbox.config("prod");
    assert_eq!(answer["keyId"], config["keyId"]);
    assert_eq!(answer["keyName"], config["keyName"]);
    assert_eq!(answer["person"]["email"], config["person"]["email"]);
    assert!(!ran.stdout.contains(config["apiKey"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_revokes_at_the_dashboard_and_forgets() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let key = sandbox.config("prod")["apiKey"].as_str().unwrap().to_owned();
    let environment = [("FLUI_API_KEY", key.as_str())];
    assert_eq!(sandbox.flui_with(&environment, &["whoami"]).code, 0);

    let ran = sandbox.flui(&["auth", "logout"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stderr.contains("is revoked and removed from context prod"),
        "{ran:?}"
    );
    let config = sandbox.config("prod");
    for field in ["apiKey", "keyId", "keyExpiresAt", "person"] {
        assert_eq!(config.get(field), None, "{field}");
    }
    assert_eq!(sandbox.flui(&["whoami"]).code, 3);
    let dead = sandbox.flui_with(&environment, &["whoami"]);
    assert_eq!(dead.code, 3, "{dead:?}");
    assert!(dead.stderr.contains("code key_revoked"), "{dead:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_of_a_key_that_ended_elsewhere_forgets_it() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let config = sandbox.config("prod");
    let elsewhere = Sandbox::with_context(&app.url);
    let environment = [("FLUI_API_KEY", config["apiKey"].as_str().unwrap())];
    let revoke = ["keys", "revoke", config["keyId"].as_str().unwrap(), "--yes"];
    assert_eq!(elsewhere.flui_with(&environment, &revoke).code, 0);

    let ran = sandbox.flui(&["auth", "logout"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("had ended already"), "{ran:?}");
    assert_eq!(sandbox.config("prod").get("apiKey"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_login_of_the_machine_replaces_the_first_key() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let first = sandbox.config("prod")["apiKey"].as_str().unwrap().to_owned();
    sign_in(&sandbox, "ada").await;
    let second = sandbox.config("prod")["apiKey"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(sandbox.flui(&["whoami"]).code, 0);
    assert_eq!(sandbox.flui_with(&[("FLUI_API_KEY", &first)], &["whoami"]).code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_c32_strangers_at_the_callback_do_not_end_the_wait() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let login = Login::start(&sandbox, &[]).await;
    let callback = login.redirect_uri();
    let browser = Browser::new();
    for (query, status) in [
        ("", 400),
        ("?code=x&state=wrong", 400),
        ("?error=access_denied&state=wrong", 400),
    ] {
        let page = browser.get(&format!("{callback}{query}")).await;
        assert_eq!(page.status, status, "{query}");
        assert!(page.text.contains("flui goes on waiting"), "{}", page.text);
    }
    assert_eq!(
        browser.get(&callback.replace("/callback", "/favicon.ico")).await.status,
        404
    );
    assert_eq!(browser.post(&callback, &[("state", "wrong")]).await.status, 405);
    let silent = tokio::net::TcpStream::connect(("127.0.0.1", login.port()))
        .await
        .unwrap();

    assert_eq!(browser.sign_in(&login.url, "ada").await.status, 200);
    assert_eq!(login.end().await.code, 0);
    drop(silent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_cancelled_at_the_provider_is_refused_and_saves_nothing() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let before = sandbox.config("prod");
    let login = Login::start(&sandbox, &[]).await;
    let page = Browser::new().cancel(&login.url).await;
    let ran = login.end().await;
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.stderr.contains("access_denied"), "{ran:?}");
    assert_eq!(page.status, 400);
    assert!(page.text.contains("You are not signed in"), "{}", page.text);
    assert_eq!(sandbox.config("prod"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn c9_a_code_that_the_provider_does_not_know_is_refused() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let login = Login::start(&sandbox, &[]).await;
    let query = format!(
        "?code=made-up&state={}&iss={}",
        login.parameter("state"),
        app.idp.issuer()
    );
    let page = Browser::new().get(&format!("{}{query}", login.redirect_uri())).await;
    let ran = login.end().await;
    assert_eq!((ran.code, page.status), (4, 400), "{ran:?}");
    assert!(ran.stderr.contains("invalid_grant"), "{ran:?}");
    assert_eq!(sandbox.config("prod").get("apiKey"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_be_saved_is_revoked_again() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let login = Login::start(&sandbox, &[]).await;
    assert_eq!(
        sandbox.flui(&["config", "set", "apiUrl", "https://other.example"]).code,
        0
    );
    let page = Browser::new().sign_in(&login.url, "ada").await;
    let ran = login.end().await;
    assert_eq!((ran.code, page.status), (1, 400), "{ran:?}");
    assert!(
        ran.stderr.contains("could not be saved and was revoked again"),
        "{ran:?}"
    );
    assert_eq!(sandbox.config("prod").get("apiKey"), None);

    let other = Sandbox::with_context(&app.url);
    sign_in(&other, "ada").await;
    let keys = other.flui(&["keys", "list", "--output", "json"]).json();
    let live: Vec<_> = keys["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| key["state"] == "live")
        .collect();
    assert_eq!(live.len(), 1, "{live:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wait_for_the_browser_ends() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let ran = Login::start(&sandbox, &["--timeout", "1"]).await.end().await;
    assert_eq!(ran.code, 6);
    assert!(ran.stderr.contains("within 1 seconds"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_the_wait_with_its_own_code() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let login = Login::start(&sandbox, &[]).await;
    login.interrupt();
    let ran = login.end().await;
    assert_eq!(ran.code, 130, "{ran:?}");
    assert!(ran.stderr.contains("Interrupted."), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_cannot_be_opened_is_told_and_the_wait_goes_on() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let nothing = [("PATH", "/nowhere"), ("BROWSER", ""), ("WAYLAND_DISPLAY", "")];
    let mut login = Login::start_with(&sandbox, &nothing, &[]).await;
    login.hear("no browser could be opened").await;
    Browser::new().sign_in(&login.url, "ada").await;
    let ran = login.end().await;
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn busy_ports_are_passed_over_and_another_browser_will_do_when_all_are_busy() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let ports = super::browser::all_ports().await;
    let [first, rest @ ..] = LOOPBACK_PORTS;
    let busy = TcpListener::bind(("127.0.0.1", first)).unwrap();
    // A browser that is just being started may hold the port for a moment longer than the program that starts it.
    let args = ["--prompt", "login", "--no-browser"];
    let login = Login::start_holding(ports, &sandbox, &[("NO_COLOR", "1")], &args).await;
    assert_eq!(login.port(), rest[0]);
    assert_eq!(login.parameter("prompt"), "login");
    login.interrupt();
    let (ports, _) = login.end_holding().await;

    let others: Vec<_> = rest
        .iter()
        .map(|port| TcpListener::bind(("127.0.0.1", *port)).unwrap())
        .collect();
    let ran = sandbox.flui(&["auth", "login", "--no-browser", "--timeout", "1"]);
    assert_eq!(ran.code, 6, "{ran:?}");
    for said in ["(8899, 8900, 8901, 8902, 8910)", "/device", "Code: "] {
        assert!(ran.stderr.contains(said), "{said}: {ran:?}");
    }
    drop((busy, others, ports));
}
