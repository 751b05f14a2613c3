//! Whoever holds a key may end it by the key alone (RFC 7009).

use flui_testkit::TestApp;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{
    audit,
    key_life::{key, send, text},
    me, refusal,
};

const REVOKE: &str = "/api/v1/auth/revoke";

async fn revoke(app: &TestApp, fields: &[(&str, &str)]) -> Response {
    app.api(Method::POST, REVOKE).form(fields).send().await.unwrap()
}

async fn is_done(answer: Response) -> bool {
    let no_store = answer.headers()["cache-control"] == "no-store";
    answer.status() == 200 && no_store && answer.bytes().await.unwrap().is_empty()
}

#[tokio::test]
async fn k8_who_holds_a_key_ends_it_and_its_owner_reads_so() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let other = key(&app, &browser, &json!({ "name": "other", "unscoped": true })).await;
    let held = text(&made, "key");
    assert_eq!(me(&app, held).await.status(), 200);
    assert!(is_done(revoke(&app, &[("token", held), ("token_type_hint", "access_token")]).await).await);
    let refused: Value = me(&app, held).await.json().await.unwrap();
    assert_eq!(refused["code"], "key_revoked");
    assert!(
        text(&refused, "detail").contains("revoked by whoever held it"),
        "{refused}"
    );
    assert!(is_done(revoke(&app, &[("token", held)]).await).await, "done twice");
    assert_eq!(me(&app, text(&other, "key")).await.status(), 200);

    let own: Value = browser
        .get("/api/v1/audit/events?action=key.revoked")
        .await
        .json()
        .await
        .unwrap();
    let rows = own["items"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["reason"], &rows[0]["object"], &rows[0]["actor"]),
        (&json!("revoked_by_holder"), &made["id"], &Value::Null)
    );
    assert_eq!(rows[0]["address"], "127.0.0.1");
    let page = browser.get("/audit").await.text().await.unwrap();
    assert!(page.contains("Whoever held the key"));
    let page = browser
        .get(&format!("/keys/{}", text(&made, "id")))
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("revoked by whoever held it"));
}

#[tokio::test]
async fn k8_either_secret_of_a_rotated_key_ends_it_and_a_dead_one_does_not() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let rotate = async |made: &Value, seconds: u64| -> Value {
        let path = format!("/api/v1/auth/api-keys/{}/rotate", text(made, "id"));
        let answer = send(&app, &browser, &path, &json!({ "overlapSeconds": seconds })).await;
        answer.json().await.unwrap()
    };
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let gone = rotate(&made, 0).await;
    assert!(is_done(revoke(&app, &[("token", text(&made, "key"))]).await).await);
    assert_eq!(
        me(&app, text(&gone, "key")).await.status(),
        200,
        "its old secret ends nothing"
    );
    let new = rotate(&gone, 60).await;
    assert!(is_done(revoke(&app, &[("token", text(&gone, "key"))]).await).await);
    for secret in [text(&gone, "key"), text(&new, "key")] {
        assert_eq!(me(&app, secret).await.status(), 401);
    }
}

#[tokio::test]
async fn k8_what_is_no_key_gets_the_same_answer_and_leaves_no_row() {
    let app = TestApp::start().await;
    let elsewhere = TestApp::start().await;
    let unknown = elsewhere.workstation_key("ada", "laptop").await.key;
    let before = audit(&app).await.len();
    for token in [unknown.as_str(), &unknown[..20], "noise", "AAAAAAAAAAAAAAAAAAAAAA"] {
        assert!(is_done(revoke(&app, &[("token", token)]).await).await, "{token}");
    }
    // The second look signs the admin in once more.
    assert_eq!(audit(&app).await.len(), before + 1);
    assert_eq!(me(&elsewhere, &unknown).await.status(), 200);
}

#[tokio::test]
async fn revocations_of_another_form_are_refused() {
    let app = TestApp::start().await;
    let held = app.workstation_key("ada", "laptop").await.key;
    for fields in [
        &[][..],
        &[("token", "")],
        &[("token_type_hint", "access_token")],
        &[("token", held.as_str()), ("token", held.as_str())],
    ] {
        let answer = revoke(&app, fields).await;
        assert_eq!(answer.status(), 400, "{fields:?}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"], "invalid_request");
    }
    let json = app.api(Method::POST, REVOKE).json(&json!({ "token": held }));
    let answer = json.send().await.unwrap();
    assert_eq!(refusal(answer).await, (415, "unsupported_media_type".to_owned()));
    assert_eq!(app.api(Method::GET, REVOKE).send().await.unwrap().status(), 405);
    assert_eq!(me(&app, &held).await.status(), 200, "nothing of that ended it");
}

#[tokio::test]
async fn x1_a_page_of_another_site_revokes_nothing_with_a_session() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let held = app.workstation_key("ada", "laptop").await.key;
    let foreign = browser.request_post(REVOKE).header("origin", "https://evil.example");
    let answer = foreign.form(&[("token", &held)]).send().await.unwrap();
    assert_eq!(refusal(answer).await, (403, "origin_refused".to_owned()));
    assert_eq!(me(&app, &held).await.status(), 200);
    let own = browser.request_post(REVOKE).header("origin", &app.url);
    assert!(is_done(own.form(&[("token", &held)]).send().await.unwrap()).await);
    assert_eq!(me(&app, &held).await.status(), 401);
}

#[tokio::test]
async fn d4_guessing_at_keys_is_slowed_and_good_keys_are_not() {
    let app = TestApp::start().await;
    let held = app.workstation_key("ada", "laptop").await.key;
    // All at once, by one client: two a second come back into the bucket.
    let client = flui_testkit::client();
    let door = format!("{}{REVOKE}", app.url);
    let guesses: Vec<_> = (0..250)
        .map(|_| tokio::spawn(client.post(&door).form(&[("token", "noise")]).send()))
        .collect();
    let mut slowed = 0;
    for guess in guesses {
        let answer = guess.await.unwrap().unwrap();
        if answer.status() == 429 {
            assert!(answer.headers().contains_key("retry-after"));
            slowed += 1;
        }
    }
    assert!(slowed > 0, "the bucket runs empty");
    assert_eq!(me(&app, &held).await.status(), 200);
}
