//! The networks of a key, changed after it was made.

use std::time::Duration;

use flui_testkit::{Browser, TestApp, see_other};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{
    audit,
    key_life::{key, text},
    me, refusal,
};

const KEYS: &str = "/api/v1/auth/api-keys";

async fn put(app: &TestApp, browser: &Browser, id: &str, networks: &Value) -> Response {
    let request = browser.request(Method::PUT, &format!("{KEYS}/{id}/networks"));
    let request = request
        .header("origin", &app.url)
        .json(&json!({ "networks": networks }));
    request.send().await.unwrap()
}

/// A key of a person with a browser beside it.
async fn deploy(app: &TestApp, login: &str) -> (Browser, Value) {
    let browser = app.browser();
    browser.sign_in(login).await;
    let made = key(app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    (browser, made)
}

#[tokio::test]
async fn networks_are_changed_by_the_form_and_count_from_the_next_use_on() {
    let app = TestApp::start().await;
    let (browser, made) = deploy(&app, "grace").await;
    let (page, secret) = (format!("/keys/{}", text(&made, "id")), text(&made, "key"));
    let form = format!("{page}/networks");
    assert!(
        browser
            .get(&page)
            .await
            .text()
            .await
            .unwrap()
            .contains(&format!("href=\"{form}\""))
    );
    let shown = browser.get(&form).await.text().await.unwrap();
    assert!(shown.contains("<code>127.0.0.1</code>"), "says where one is: {shown}");

    let bad = browser.post(&form, &[("networks", "127.0.0.0/8\r\n10.1.2.3/8")]).await;
    assert_eq!(bad.status(), 400);
    let shown = bad.text().await.unwrap();
    assert!(
        shown.contains("Write 10.0.0.0/8 for the network") && shown.contains("127.0.0.0/8\r\n10.1.2.3/8</textarea>"),
        "{shown}"
    );
    assert_eq!(me(&app, secret).await.status(), 200, "nothing changed");

    let away = browser.post(&form, &[("networks", "203.0.113.0/24")]).await;
    assert_eq!(see_other(&away), format!("{page}?notice=key-not-good-here"));
    let shown = browser.get(&see_other(&away)).await.text().await.unwrap();
    assert!(shown.contains("in none of them") && shown.contains("203.0.113.0/24"));
    assert_eq!(refusal(me(&app, secret).await).await.1, "network_refused");

    let here = browser
        .post(&form, &[("networks", "127.0.0.0/8, 203.0.113.0/24")])
        .await;
    assert_eq!(see_other(&here), format!("{page}?notice=key-networks-changed"));
    assert_eq!(me(&app, secret).await.status(), 200);
    let everywhere = browser.post(&form, &[("networks", " ")]).await;
    assert_eq!(see_other(&everywhere), format!("{page}?notice=key-networks-changed"));
    let list: Value = browser.get(KEYS).await.json().await.unwrap();
    assert_eq!(list["items"][0]["networks"], json!([]));
    let rows = audit(&app).await;
    let changes = |outcome: &str| {
        let of_key = |row: &&Value| row["action"] == "key.networks_changed" && row["outcome"] == outcome;
        rows.iter()
            .filter(of_key)
            .filter(|row| row["object"] == made["id"])
            .count()
    };
    assert_eq!(changes("done"), 3);
}

#[tokio::test]
async fn networks_are_changed_by_the_api_with_the_same_rules() {
    let app = TestApp::start().await;
    let (grace, made) = deploy(&app, "grace").await;
    let id = text(&made, "id");
    let answer = put(&app, &grace, id, &json!(["192.0.2.7", "10.0.0.0/8"])).await;
    assert_eq!(answer.status(), 200);
    let key: Value = answer.json().await.unwrap();
    assert_eq!(key["networks"], json!(["10.0.0.0/8", "192.0.2.7/32"]));
    let bad: Value = put(&app, &grace, id, &json!(["example.org"]))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&bad["code"], &bad["errors"][0]["field"]),
        (&json!("invalid_field"), &json!("networks"))
    );

    let (linus, ada) = (app.browser(), app.browser());
    linus.sign_in("linus").await;
    ada.sign_in("ada").await;
    assert_eq!(put(&app, &linus, id, &json!([])).await.status(), 403, "may only look");
    for id in [id, "01930000-0000-7000-8000-000000000001", "x"] {
        assert_eq!(put(&app, &ada, id, &json!([])).await.status(), 404, "{id}");
        assert_eq!(ada.get(&format!("/keys/{id}/networks")).await.status(), 404, "{id}");
    }
    let rows = audit(&app).await;
    assert!(
        rows.iter()
            .any(|row| row["action"] == "key.networks_changed" && row["outcome"] == "refused")
    );
}

#[tokio::test]
async fn a_key_shuts_neither_itself_out_nor_others_free() {
    let app = TestApp::start().await;
    let (browser, made) = deploy(&app, "grace").await;
    let own = async |networks: Value| {
        let path = format!("{KEYS}/{}/networks", text(&made, "id"));
        let request = app.api_as(text(&made, "key"), Method::PUT, &path);
        request.json(&json!({ "networks": networks })).send().await.unwrap()
    };
    let refused: Value = own(json!(["203.0.113.0/24"])).await.json().await.unwrap();
    assert!(
        text(&refused["errors"][0], "message").contains("127.0.0.1"),
        "{refused}"
    );
    assert_eq!(own(json!(["127.0.0.0/8"])).await.status(), 200);
    assert_eq!(refusal(own(json!([])).await).await, (403, "scope_too_wide".to_owned()));
    assert_eq!(put(&app, &browser, text(&made, "id"), &json!([])).await.status(), 200);
}

#[tokio::test]
async fn changing_networks_needs_a_fresh_sign_in_and_nothing_typed_is_lost() {
    let app = TestApp::start().await;
    let (browser, made) = deploy(&app, "grace").await;
    let form = format!("/keys/{}/networks", text(&made, "id"));
    app.clock.advance(Duration::from_mins(16));
    app.idp.control().advance_clock(16 * 60);
    let stale = browser.post(&form, &[("networks", "127.0.0.0/8")]).await;
    assert_eq!(stale.status(), 403);
    let shown = stale.text().await.unwrap();
    assert!(shown.contains("127.0.0.0/8</textarea>"), "{shown}");
    let start = shown.find("/auth/login?fresh=1").expect("the way to a fresh sign-in");
    let link = shown[start..].split('"').next().unwrap().replace("&amp;", "&");
    let back = browser.sign_in_by(&link, "grace").await;
    assert!(back.starts_with(&format!("{form}?networks=")), "{back}");
    let shown = browser.get(&back).await.text().await.unwrap();
    assert!(shown.contains("127.0.0.0/8</textarea>") && !shown.contains("fresh=1"));
    assert_eq!(browser.post(&form, &[("networks", "127.0.0.0/8")]).await.status(), 303);

    // The session ends under the open form.
    app.clock.advance(Duration::from_hours(13));
    let ended = see_other(&browser.post(&form, &[("networks", "10.0.0.0/8")]).await);
    assert!(
        ended.starts_with("/?notice=session-ended") && ended.contains("10.0.0.0%252F8"),
        "{ended}"
    );
}
