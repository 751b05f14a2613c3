//! What the holder of a key that opens nothing is told, and what nobody else is.

use std::time::Duration;

use flui_testkit::TestApp;
use reqwest::Response;
use serde_json::{Value, json};

use crate::{
    audit,
    key_life::{key, text},
    me,
};

/// An answer without what differs from request to request.
async fn plain(answer: Response) -> (u16, Option<String>, String) {
    let challenge = answer
        .headers()
        .get("www-authenticate")
        .map(|value| value.to_str().unwrap().to_owned());
    let status = answer.status().as_u16();
    let mut body: Value = answer.json().await.unwrap();
    body.as_object_mut().unwrap().remove("requestId").unwrap();
    (status, challenge, body.to_string())
}

#[tokio::test]
async fn the_holder_of_a_revoked_key_is_told_which_and_when() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    assert_eq!(me(&app, text(&made, "key")).await.status(), 200);
    browser.post(&format!("/keys/{}/revoke", text(&made, "id")), &[]).await;
    let answer = me(&app, text(&made, "key")).await;
    assert_eq!(
        answer.headers()["www-authenticate"],
        "Bearer realm=\"flui\", error=\"invalid_token\""
    );
    let body: Value = answer.json().await.unwrap();
    assert_eq!((&body["code"], &body["keyId"]), (&json!("key_revoked"), &made["id"]));
    assert!(text(&body, "since").parse::<flui_model::Timestamp>().is_ok());
    assert!(text(&body, "detail").contains(text(&made, "id")));
}

#[tokio::test]
async fn the_holder_of_an_expired_key_is_told_when_it_expired() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let soon = flui_identity::Clock::now(&*app.clock) + Duration::from_hours(1);
    let body = json!({ "name": "deploy", "unscoped": true, "expiresAt": soon.to_string() });
    let made = key(&app, &browser, &body).await;
    app.clock.advance(Duration::from_mins(61));
    let body: Value = me(&app, text(&made, "key")).await.json().await.unwrap();
    assert_eq!((&body["code"], &body["keyId"]), (&json!("key_expired"), &made["id"]));
    assert_eq!(body["since"], made["expiresAt"]);
}

#[tokio::test]
async fn a_replaced_workstation_key_says_so() {
    let app = TestApp::start().await;
    let first = app.workstation_key("ada", "laptop").await;
    let second = app.workstation_key("ada", "laptop").await;
    assert_eq!(me(&app, &second.key).await.status(), 200);
    let body: Value = me(&app, &first.key).await.json().await.unwrap();
    assert_eq!(body["code"], "key_revoked");
    assert!(text(&body, "detail").contains("replaced by a newer one"), "{body}");
}

#[tokio::test]
async fn e15_keys_that_nobody_holds_get_one_answer_to_the_byte() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    browser.post(&format!("/keys/{}/revoke", text(&made, "id")), &[]).await;
    let held = text(&made, "key");
    // Well formed, and never given out by this installation.
    let foreign = TestApp::start().await;
    let elsewhere = foreign.browser();
    elsewhere.sign_in("grace").await;
    let unknown = key(&foreign, &elsewhere, &json!({ "name": "deploy", "unscoped": true })).await;
    let stranger = plain(me(&app, text(&unknown, "key")).await).await;
    assert_eq!(stranger.0, 401);
    assert!(stranger.2.contains("invalid_token") && !stranger.2.contains("keyId"));
    let cut = &held[..held.len() - 1];
    let turned = format!("{cut}{}", if held.ends_with('x') { 'y' } else { 'x' });
    for junk in [cut, turned.as_str(), "flui_", "flui_ci_x"] {
        assert_eq!(plain(me(&app, junk).await).await, stranger, "{junk}");
    }
    assert_ne!(plain(me(&app, held).await).await, stranger, "the holder is told");
}

#[tokio::test]
async fn a_refused_key_is_written_down_once_an_hour() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    browser.post(&format!("/keys/{}/revoke", text(&made, "id")), &[]).await;
    let refused = async || {
        let rows = audit(&app).await;
        rows.into_iter()
            .filter(|row| row["action"] == "key.refused")
            .collect::<Vec<_>>()
    };
    for _ in 0..5 {
        assert_eq!(me(&app, text(&made, "key")).await.status(), 401);
    }
    let rows = refused().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["reason"], &rows[0]["object"]),
        (&json!("key_revoked"), &made["id"])
    );
    assert_eq!(rows[0]["outcome"], "refused");
    app.clock.advance(Duration::from_mins(61));
    app.idp.control().advance_clock(61 * 60);
    assert_eq!(me(&app, text(&made, "key")).await.status(), 401);
    assert_eq!(refused().await.len(), 2);
}
