//! What answers and the binary itself do not tell.

use std::fs;

use flui_testkit::{TestApp, see_other};
use reqwest::{Method, Response};
use serde_json::json;
use sqlx::{Connection as _, Executor as _, SqliteConnection};

/// What would tell about the program, its machine or its database.
const TELLTALES: [&str; 14] = [
    env!("CARGO_PKG_VERSION"),
    "sqlx",
    "sqlite",
    "postgres",
    "sign_ins",
    "audit_events",
    "syntax error",
    "no such table",
    "axum",
    "hyper",
    "panicked",
    "backtrace",
    ".rs:",
    "/src/",
];

/// Status line, headers and body, all in lower case.
async fn whole(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let headers = format!("{:?}", answer.headers());
    let body = answer.text().await.unwrap();
    (status, format!("{headers}\n{body}").to_lowercase())
}

#[tokio::test]
async fn h5_no_refusal_and_no_failure_tells_version_path_or_sql() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.browser(), app.browser());
    ada.sign_in("ada").await;
    grace.sign_in("grace").await;
    let key = app.workstation_key("ada", "laptop").await.key;
    let keys = "/api/v1/auth/api-keys";
    let contexts = "/api/v1/contexts";
    let api = |method: Method, path: &str| app.api_as(&key, method, path);
    let mut answers = vec![
        api(Method::POST, keys)
            .body("{")
            .header("content-type", "application/json")
            .send()
            .await,
        api(Method::POST, keys).body("x").send().await,
        api(Method::POST, keys)
            .json(&json!({ "name": "x".repeat(70_000) }))
            .send()
            .await,
        api(Method::GET, "/api/v1/audit/events?before=x").send().await,
        api(Method::GET, "/api/v1/nothing").send().await,
        api(Method::PUT, keys).send().await,
        app.api(Method::GET, keys).send().await,
        app.api_as("flui_ci_nothing", Method::GET, keys).send().await,
        grace.request_post("/keys/new").send().await,
        grace.request_get("/people").send().await,
        grace.request_get("/keys/nothing").send().await,
        grace.request_get("/auth/callback?code=x&state=y").send().await,
        app.api(Method::GET, "/").header("host", "other.example").send().await,
        app.api(Method::POST, "/auth/backchannel-logout")
            .form(&[("logout_token", "x")])
            .send()
            .await,
    ];
    let provider = see_other(&app.browser().get("/auth/login").await);
    let stranger = app.browser();
    let callback = stranger.prove(&provider, "grace").await;
    answers.push(stranger.request_get(&callback).send().await);
    app.idp.control().pause();
    let waiting = app.browser();
    answers.push(waiting.request_get("/auth/login").send().await);
    let broken = app.folder.path().join("flui.db");
    let mut database = SqliteConnection::connect(&format!("sqlite://{}", broken.display()))
        .await
        .unwrap();
    database.execute("drop table contexts").await.unwrap();
    database.close().await.unwrap();
    answers.push(api(Method::GET, contexts).send().await);
    answers.push(ada.request_get("/contexts").send().await);

    let mut statuses = Vec::new();
    let folder = app.folder.path().display().to_string().to_lowercase();
    for answer in answers {
        let (status, text) = whole(answer.unwrap()).await;
        for telltale in TELLTALES.into_iter().chain([folder.as_str(), "\"server\":"]) {
            assert!(!text.contains(telltale), "{status} tells {telltale}: {text}");
        }
        statuses.push(status);
    }
    for status in [400, 401, 403, 404, 405, 413, 415, 500] {
        assert!(statuses.contains(&status), "{status} is not among {statuses:?}");
    }
}

/// The clock of tests and their switches are no part of what is installed. The development provider is, for
/// `check --hostile` alone.
#[test]
fn g4_the_binary_holds_no_test_switch() {
    let holds = |file: &[u8], text: &str| file.windows(text.len()).any(|window| window == text.as_bytes());
    let binary = fs::read(env!("CARGO_BIN_EXE_flui-dashboard")).unwrap();
    let this = fs::read(std::env::current_exe().unwrap()).unwrap();
    for switch in ["flui_testkit", "a temporary folder can be made"] {
        assert!(!holds(&binary, switch), "{switch}");
        assert!(holds(&this, switch), "the twin: a test holds {switch}");
    }
    assert!(holds(&binary, "FLUI_PUBLIC_URL"), "its own switches are found");
}
