//! Secret scanners report keys that they found in public.

use flui_testkit::TestApp;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{
    audit,
    key_life::{key, text},
    me, refusal,
};

const LEAKS: &str = "/api/v1/auth/leaks";
const FILE: &str = "https://github.com/grace/app/blob/12ab34/.env";

async fn report(app: &TestApp, body: &Value) -> Response {
    app.api(Method::POST, LEAKS).json(body).send().await.unwrap()
}

#[tokio::test]
async fn k8_a_key_that_was_found_in_public_ends_and_its_owner_reads_where() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let safe = key(&app, &browser, &json!({ "name": "safe", "scopes": ["apps:look"] })).await;
    let elsewhere = TestApp::start().await;
    let unknown = elsewhere.workstation_key("ada", "laptop").await.key;
    let page = browser.get("/").await.text().await.unwrap();
    assert!(!page.contains("found in public"));

    let found = text(&made, "key");
    let body = json!([
        { "token": found, "type": "flui_api_key", "url": FILE, "source": "content", "more": 1 },
        { "token": unknown, "type": "flui_api_key", "url": FILE },
        { "token": &found[..20] },
    ]);
    let answer = report(&app, &body).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let judged: Value = answer.json().await.unwrap();
    let expected = json!([
        { "token_raw": found, "token_type": "flui_api_key", "label": "true_positive" },
        { "token_raw": unknown, "token_type": "flui_api_key", "label": "false_positive" },
        { "token_raw": &found[..20], "label": "false_positive" },
    ]);
    assert_eq!(judged, expected);
    assert_eq!(refusal(me(&app, found).await).await, (401, "key_revoked".to_owned()));
    assert_eq!(me(&app, text(&safe, "key")).await.status(), 200);
    assert_eq!(me(&elsewhere, &unknown).await.status(), 200);

    let own: Value = browser.get("/api/v1/audit/events").await.json().await.unwrap();
    let of = |action: &str| {
        let rows = own["items"].as_array().unwrap().iter();
        rows.filter(|row| row["action"] == action).cloned().collect::<Vec<_>>()
    };
    let (ended, leaked) = (of("key.revoked"), of("key.leaked"));
    assert_eq!((ended.len(), leaked.len()), (1, 1));
    assert_eq!(
        (&ended[0]["reason"], &ended[0]["object"]),
        (&json!("leaked"), &made["id"])
    );
    assert_eq!(
        (&leaked[0]["objectName"], &leaked[0]["object"]),
        (&json!(FILE), &made["id"])
    );
    let overview = browser.get("/").await.text().await.unwrap();
    for part in ["was found in public", "<strong>github.com</strong>", "deploy"] {
        assert!(overview.contains(part), "{part}");
    }
    let page = browser
        .get(&format!("/keys/{}", text(&made, "id")))
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains(FILE) && page.contains("found in public"));
    assert!(
        !page.contains(&format!("href=\"{FILE}")),
        "the reporter's address is no link"
    );
    let stranger = app.browser();
    stranger.sign_in("ada").await;
    let overview = stranger.get("/").await.text().await.unwrap();
    assert!(!overview.contains("was found in public"), "it is not theirs");

    app.clock.advance(std::time::Duration::from_hours(15 * 24));
    app.idp.control().advance_clock(15 * 24 * 3600);
    browser.sign_in("grace").await;
    let overview = browser.get("/").await.text().await.unwrap();
    assert!(!overview.contains("was found in public"), "old news");
}

#[tokio::test]
async fn u4_a_report_writes_one_row_and_nothing_that_is_secret() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let found = text(&made, "key");
    let url = format!("https://u:p@pastes.example/<script>/{found}?key={found}\r\nx");
    for _ in 0..3 {
        let answer = report(&app, &json!([{ "token": found, "url": url }, { "token": found }])).await;
        let judged: Value = answer.json().await.unwrap();
        assert_eq!(judged[1]["label"], "true_positive", "it still was a key");
    }
    let rows = audit(&app).await;
    let leaked: Vec<_> = rows.iter().filter(|row| row["action"] == "key.leaked").collect();
    assert_eq!(leaked.len(), 1);
    assert_eq!(leaked[0]["objectName"], "https://pastes.example/");
    assert!(!Value::from(rows.clone()).to_string().contains(found));
}

#[tokio::test]
async fn reports_of_another_form_are_refused_whole() {
    let app = TestApp::start().await;
    let held = app.workstation_key("ada", "laptop").await.key;
    let hundred_and_one = vec![json!({ "token": held }); 101];
    for (body, status) in [
        (json!([]), 400),
        (json!(hundred_and_one), 400),
        (json!({ "token": held }), 422),
        (json!([{ "url": FILE }]), 422),
        (json!([{ "token": held }, { "token": 7 }]), 422),
    ] {
        assert_eq!(report(&app, &body).await.status(), status);
    }
    let form = app.api(Method::POST, LEAKS).form(&[("token", &held)]);
    assert_eq!(form.send().await.unwrap().status(), 415);
    assert_eq!(me(&app, &held).await.status(), 200, "nothing of that ended it");
    let hundred = vec![json!({ "token": held }); 100];
    assert_eq!(report(&app, &json!(hundred)).await.status(), 200);
    assert_eq!(me(&app, &held).await.status(), 401);
}
