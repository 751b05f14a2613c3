//! What happens when something inside breaks: one answer is lost, nothing else, and the answer gives nothing away.

use flui_testkit::{TestApp, TestClock};
use reqwest::{Method, Response};
use serde_json::Value;
use sqlx::{Connection as _, Executor as _, SqliteConnection};

use crate::{me, refusal};

/// A failure says nothing of what it is made of.
async fn assert_tight_lipped(answer: Response) {
    let address = answer.url().clone();
    assert_eq!(answer.status(), 500, "{address}");
    for name in ["server", "x-powered-by", "via"] {
        assert!(!answer.headers().contains_key(name), "{address}: {name}");
    }
    let text = answer.text().await.unwrap();
    for told in [
        env!("CARGO_PKG_VERSION"),
        TestClock::LAST_WORDS,
        ".rs",
        "src/",
        "panicked",
        "sqlx",
        "SQLite",
        "select ",
        "contexts.colour",
        "/tmp",
    ] {
        assert!(!text.contains(told), "{address}: {told}: {text}");
    }
    assert!(text.contains("request"), "{address}: the request's id: {text}");
}

#[tokio::test]
async fn b19_a_panic_is_one_500_and_everything_else_goes_on() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let key = app.workstation_key("grace", "laptop").await.key;
    assert_eq!(me(&app, &key).await.status(), 200);
    app.clock.set_broken(true);
    let broken = futures::future::join_all((0..8).map(|_| me(&app, &key))).await;
    for answer in broken {
        assert_eq!(refusal(answer).await, (500, "internal".to_owned()));
    }
    assert_tight_lipped(browser.get("/keys").await).await;
    assert_eq!(app.browser().get("/healthz").await.status(), 200, "the process lives");
    app.clock.set_broken(false);

    // No lock is wedged, no connection is lost, nobody is signed out.
    assert_eq!(me(&app, &key).await.status(), 200);
    assert_eq!(browser.get("/keys").await.status(), 200);
    let made = browser
        .request(Method::POST, "/api/v1/auth/api-keys")
        .header("origin", &app.url)
        .json(&serde_json::json!({ "name": "after", "unscoped": true }));
    assert_eq!(made.send().await.unwrap().status(), 201);
    assert_eq!(app.browser().get("/readyz").await.status(), 200);
}

#[tokio::test]
async fn h5_a_failure_tells_no_version_path_or_sql() {
    let app = TestApp::start().await;
    let ada = app.browser();
    ada.sign_in("ada").await;
    for page in ["/contexts", "/api/v1/contexts"] {
        assert_eq!(ada.get(page).await.status(), 200, "{page}");
    }
    let url = format!("sqlite://{}", app.folder.path().join("flui.db").display());
    let mut hand = SqliteConnection::connect(&url).await.unwrap();
    hand.execute("alter table contexts rename column colour to tint")
        .await
        .unwrap();
    for page in ["/contexts", "/contexts/prod", "/api/v1/contexts"] {
        assert_tight_lipped(ada.get(page).await).await;
    }
    let fields = [
        ("name", "x"),
        ("api_url", "https://a.example"),
        ("issuer", "https://b.example"),
        ("colour", "red"),
    ];
    assert_tight_lipped(ada.post("/contexts/new", &fields).await).await;
    hand.execute("alter table contexts rename column tint to colour")
        .await
        .unwrap();
    assert_eq!(ada.get("/contexts").await.status(), 200);
}

#[tokio::test]
async fn b5_a_database_that_was_deleted_or_replaced_is_not_served_from() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let key = app.workstation_key("grace", "laptop").await.key;
    assert_eq!(me(&app, &key).await.status(), 200);
    let (path, aside) = (app.folder.path().join("flui.db"), app.folder.path().join("aside"));
    let ready = async || {
        let answer = app.browser().get("/readyz").await;
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        (status, body["database"].as_str().unwrap().to_owned())
    };
    for replaced in [false, true] {
        std::fs::rename(&path, &aside).unwrap();
        if replaced {
            std::fs::copy(&aside, &path).unwrap();
        }
        assert_eq!(ready().await, (503, "unavailable".to_owned()));
        assert_eq!(
            refusal(me(&app, &key).await).await,
            (503, "store_unavailable".to_owned())
        );
        assert_eq!(browser.get("/keys").await.status(), 503);
        assert_eq!(path.exists(), replaced, "no new database in silence");
        std::fs::rename(&aside, &path).unwrap();
        assert_eq!(ready().await, (200, "ok".to_owned()));
        assert_eq!(me(&app, &key).await.status(), 200);
        assert_eq!(browser.get("/keys").await.status(), 200);
    }
}
