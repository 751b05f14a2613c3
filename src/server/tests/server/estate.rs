use flui_testkit::{Browser, TestApp, see_other};
use reqwest::Method;
use serde_json::{Value, json};

async fn signed_in(app: &TestApp, login: &str) -> Browser {
    let browser = app.browser();
    browser.sign_in(login).await;
    browser
}

async fn make_key(app: &TestApp, browser: &Browser, body: Value) -> (String, String) {
    let request = browser.request(Method::POST, "/api/v1/auth/api-keys");
    let answer = request.header("origin", &app.url).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let key: Value = answer.json().await.unwrap();
    let text = |name: &str| key[name].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

#[tokio::test]
async fn the_estate_shows_everybodys_credentials_and_what_is_risky() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    make_key(&app, &grace, json!({ "name": "wide-key", "unscoped": true })).await;
    make_key(&app, &grace, json!({ "name": "calm-key", "scopes": ["apps:look"] })).await;
    let all = ada.get("/estate").await.text().await.unwrap();
    for part in [
        "wide-key",
        "calm-key",
        "Grace Hopper",
        "May do everything",
        "All that its owner may do",
    ] {
        assert!(all.contains(part), "{part}");
    }
    assert_eq!(all.matches("This one").count(), 1);
    assert_eq!(all.matches("name=\"id\"").count(), 3, "one's own session has no box");

    let risky = ada.get("/estate?risk=unscoped").await.text().await.unwrap();
    assert!(risky.contains("wide-key") && !risky.contains("calm-key"));
    let found = ada.get("/estate?text=CALM").await.text().await.unwrap();
    assert!(!found.contains("wide-key") && found.contains("calm-key"));
    let by_owner = ada.get("/estate?text=hopper&kind=ci").await.text().await.unwrap();
    assert!(by_owner.contains("wide-key") && by_owner.contains("calm-key") && !by_owner.contains("This one"));
    assert!(
        ada.get("/estate?risk=owner-disabled")
            .await
            .text()
            .await
            .unwrap()
            .contains("Nothing fits")
    );
    assert_eq!(ada.get("/estate?cursor=x").await.status(), 400);
}

#[tokio::test]
async fn what_is_ticked_ends_after_one_question_and_nothing_else() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    let mut keys = Vec::new();
    for name in ["one", "two", "three"] {
        keys.push(make_key(&app, &grace, json!({ "name": name, "scopes": ["apps:look"] })).await);
    }
    let query = format!("/estate/revoke?id={}&id={}&id=x", keys[0].0, keys[1].0);
    let preview = ada.get(&query).await.text().await.unwrap();
    assert!(preview.contains("2 sign-ins and keys end for good") && preview.contains("Grace Hopper"));
    assert!(!preview.contains("three"));
    let fields = [("id", keys[0].0.as_str()), ("id", keys[1].0.as_str())];
    assert_eq!(
        see_other(&ada.post("/estate/revoke", &fields).await),
        "/estate?notice=estate-revoked"
    );
    for ((_, key), status) in keys.iter().zip([401, 401, 200]) {
        assert_eq!(crate::me(&app, key).await.status(), status);
    }
    assert_eq!(
        ada.post("/estate/revoke", &fields).await.status(),
        404,
        "somebody was quicker"
    );
    assert_eq!(ada.post("/estate/revoke", &[]).await.status(), 404);
    let preview = ada.get("/estate/revoke").await.text().await.unwrap();
    assert!(preview.contains("Nothing is selected"));

    app.clock.advance(std::time::Duration::from_mins(16));
    app.idp.control().advance_clock(16 * 60);
    let fields = [("id", keys[2].0.as_str())];
    assert_eq!(
        ada.post("/estate/revoke", &fields).await.status(),
        403,
        "needs a fresh sign-in"
    );
    assert_eq!(crate::me(&app, &keys[2].1).await.status(), 200);
    let events = crate::audit(&app).await;
    let revoked = events
        .iter()
        .filter(|event| event["action"] == "key.revoked" && event["outcome"] == "done");
    assert_eq!(revoked.count(), 2);
}

#[tokio::test]
async fn a_selection_survives_the_fresh_sign_in_that_it_asks_for() {
    let app = TestApp::start().await;
    let ada = signed_in(&app, "ada").await;
    let (id, _) = make_key(&app, &ada, json!({ "name": "deploy", "unscoped": true })).await;
    let page = format!("/estate/revoke?id={id}");
    assert!(!ada.get(&page).await.text().await.unwrap().contains("fresh=1"));
    app.clock.advance(std::time::Duration::from_mins(16));
    let shown = ada.get(&page).await.text().await.unwrap();
    let back = format!("return_to=%2Festate%2Frevoke%3Fid%3D{id}");
    assert!(shown.contains(&back), "{shown}");
}
