use std::time::Duration;

use flui_testkit::{Browser, TestApp};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{audit, me, refusal};

const END: &str = "/api/v1/auth/sign-ins/end";

async fn end_by_key(app: &TestApp, key: &str, body: &Value) -> Response {
    app.api_as(key, Method::POST, END).json(body).send().await.unwrap()
}

async fn end_by_browser(app: &TestApp, browser: &Browser, body: &Value) -> Response {
    let request = browser.request_post(END).header("origin", &app.url);
    request.json(body).send().await.unwrap()
}

/// The id of the browser's own session, and of its person.
async fn own(browser: &Browser) -> (String, String) {
    let me: Value = browser.get("/api/v1/auth/me").await.json().await.unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&me["signIn"]["id"]), text(&me["person"]["id"]))
}

async fn create_key(app: &TestApp, browser: &Browser, name: &str, scope: &str) -> (String, String) {
    let request = browser.request_post("/api/v1/auth/api-keys").header("origin", &app.url);
    let body = json!({ "name": name, "scopes": [scope] });
    let answer = request.json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let key: Value = answer.json().await.unwrap();
    let text = |name: &str| key[name].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

#[tokio::test]
async fn many_sign_ins_end_together_and_say_when() {
    let app = TestApp::start().await;
    let (here, lost) = (app.browser(), app.browser());
    here.sign_in("grace").await;
    lost.sign_in("grace").await;
    let key = app.workstation_key("grace", "laptop").await;
    let kept = app.workstation_key("grace", "desktop").await;
    let ids = json!({ "ids": [key.id, own(&lost).await.0] });
    let answer = end_by_browser(&app, &here, &ids).await;
    assert_eq!(answer.status(), 200);
    let ended: Value = answer.json().await.unwrap();
    assert_eq!(ended["ended"].as_array().unwrap().len(), 2);
    let row = |kind: &str| {
        ended["ended"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["kind"] == kind)
            .unwrap()
            .clone()
    };
    assert_eq!(row("workstation")["name"], "laptop");
    assert_eq!(row("browser")["id"], ids["ids"][1]);
    assert_eq!(me(&app, &key.key).await.status(), 401);
    assert_eq!(lost.get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(here.get("/api/v1/auth/me").await.status(), 200);
    assert_eq!(me(&app, &kept.key).await.status(), 200);

    let rows = audit(&app).await;
    let lost_rows: Vec<_> = rows.iter().filter(|row| row["reason"] == "lost").collect();
    assert_eq!(lost_rows.len(), 2);
    assert!(
        lost_rows
            .iter()
            .all(|row| row["at"] == ended["endedAt"] && row["actorName"] == "Grace Hopper")
    );

    // What is over already is passed over.
    let again: Value = end_by_browser(&app, &here, &ids).await.json().await.unwrap();
    assert_eq!(again["ended"], json!([]));
}

#[tokio::test]
async fn a1_a_foreign_or_absent_id_ends_nothing_at_all() {
    let app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await;
    let foreign = app.workstation_key("ada", "laptop").await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    for other in [
        foreign.id.to_string(),
        "01890a5d-ac96-774b-bcce-b302099a8051".to_owned(),
    ] {
        let answer = end_by_browser(&app, &browser, &json!({ "ids": [key.id, other] })).await;
        assert_eq!(refusal(answer).await, (404, "not_found".to_owned()));
    }
    assert_eq!(me(&app, &key.key).await.status(), 200);
    assert_eq!(me(&app, &foreign.key).await.status(), 200);
    let (_, grace) = own(&browser).await;
    let ada = app.browser();
    ada.sign_in("ada").await;
    let (_, ada_id) = own(&ada).await;
    for person in [ada_id, "01890a5d-ac96-774b-bcce-b302099a8051".to_owned()] {
        let answer = end_by_browser(&app, &browser, &json!({ "person": person })).await;
        assert_eq!(refusal(answer).await, (404, "not_found".to_owned()));
    }
    assert_eq!(ada.get("/api/v1/auth/me").await.status(), 200);
    // The twin: an admin may.
    let answer = end_by_browser(&app, &ada, &json!({ "ids": [key.id] })).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(me(&app, &key.key).await.status(), 401);
    let answer = end_by_browser(&app, &ada, &json!({ "person": grace })).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(me(&app, &foreign.key).await.status(), 200);
}

#[tokio::test]
async fn k10_everything_of_a_person_ends_by_one_act() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let laptop = app.workstation_key("grace", "laptop").await;
    let (_, ci) = create_key(&app, &browser, "deploy", "apps:look").await;
    let other = app.workstation_key("ada", "laptop").await;
    let (_, person) = own(&browser).await;
    let answer = end_by_key(&app, &laptop.key, &json!({ "person": person })).await;
    assert_eq!(answer.status(), 200);
    let ended: Value = answer.json().await.unwrap();
    assert_eq!(ended["ended"].as_array().unwrap().len(), 3, "{ended}");
    for key in [&laptop.key, &ci] {
        assert_eq!(me(&app, key).await.status(), 401);
    }
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(me(&app, &other.key).await.status(), 200);
}

#[tokio::test]
async fn a_key_with_scopes_ends_keys_alone_and_only_with_the_right_scope() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let laptop = app.workstation_key("grace", "laptop").await;
    let (_, looks) = create_key(&app, &browser, "looks", "keys:look").await;
    let (_, destroys) = create_key(&app, &browser, "destroys", "keys:destroy").await;
    let (session, person) = own(&browser).await;
    let of_key = json!({ "ids": [laptop.id] });
    let of_session = json!({ "ids": [session] });
    for (key, body) in [
        (&looks, &of_key),
        (&destroys, &of_session),
        (&destroys, &json!({ "person": person })),
    ] {
        assert_eq!(
            refusal(end_by_key(&app, key, body).await).await,
            (403, "forbidden".to_owned())
        );
    }
    assert_eq!(end_by_key(&app, &destroys, &of_key).await.status(), 200);
    assert_eq!(me(&app, &laptop.key).await.status(), 401);
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
}

#[tokio::test]
async fn a_body_that_names_both_or_nothing_is_refused() {
    let app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await;
    for body in [
        json!({}),
        json!({ "ids": [] }),
        json!({ "ids": [key.id], "person": key.id }),
    ] {
        assert_eq!(
            refusal(end_by_key(&app, &key.key, &body).await).await,
            (400, "invalid_field".to_owned())
        );
    }
    let answer = end_by_key(&app, &key.key, &json!({ "ids": [key.id], "owner": "x" })).await;
    assert_eq!(refusal(answer).await.0, 422);
    let answer = app
        .api(Method::POST, END)
        .header("origin", &app.url)
        .json(&json!({ "ids": [key.id] }));
    assert_eq!(refusal(answer.send().await.unwrap()).await.0, 401);
    assert_eq!(
        end_by_key(&app, &key.key, &json!({ "ids": [key.id] })).await.status(),
        200
    );
}

#[tokio::test]
async fn the_form_ends_what_is_ticked_and_shows_the_proof() {
    let app = TestApp::start().await;
    let (here, lost) = (app.browser(), app.browser());
    here.sign_in("grace").await;
    lost.sign_in("grace").await;
    let key = app.workstation_key("grace", "laptop").await;
    assert_eq!(me(&app, &key.key).await.status(), 200);
    let (left_id, left_key) = create_key(&app, &lost, "deploy-prod", "apps:look").await;
    app.flush().await;

    let overview = here.get("/").await.text().await.unwrap();
    assert!(
        overview.contains("href=\"/sign-ins/lost\""),
        "one click from the overview"
    );
    let picker = here.get("/sign-ins/lost").await.text().await.unwrap();
    let link = "/sign-ins/lost?machine=name%3Alaptop";
    assert!(picker.contains(&format!("href=\"{link}\"")), "{picker}");
    let page = here.get(link).await.text().await.unwrap();
    let (own_id, _) = own(&here).await;
    let (lost_id, _) = own(&lost).await;
    let ticked = |id: &str| {
        let input = page.split(&format!("value=\"{id}\"")).nth(1).expect("it is listed");
        input.split('>').next().unwrap().contains("checked")
    };
    assert!(ticked(&key.id.to_string()) && ticked(&lost_id));
    assert!(!ticked(&own_id) && !ticked(&left_id));

    let key_id = key.id.to_string();
    let nothing = here
        .post("/sign-ins/lost", &[("machine", "name:laptop"), ("ticked", "1")])
        .await;
    assert_eq!(nothing.status(), 400);
    let nothing = nothing.text().await.unwrap();
    assert!(nothing.contains("Tick at least one sign-in.") && !nothing.contains("checked"));

    let fields = [
        ("machine", "name:laptop"),
        ("ticked", "1"),
        ("id", key_id.as_str()),
        ("id", &lost_id),
    ];
    let proof = here.post("/sign-ins/lost", &fields).await;
    assert_eq!(proof.status(), 200);
    let proof = proof.text().await.unwrap();
    for part in [
        "laptop is locked out",
        "2 sign-ins ended together",
        " UTC",
        &lost_id,
        "deploy-prod",
    ] {
        assert!(proof.contains(part), "{part}: {proof}");
    }
    assert!(proof.contains(&format!("href=\"/keys/{left_id}/revoke\"")));
    assert_eq!(me(&app, &key.key).await.status(), 401);
    assert_eq!(lost.get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(me(&app, &left_key).await.status(), 200);
    assert_eq!(here.get("/api/v1/auth/me").await.status(), 200);

    // Sent twice: nothing more happens, and nobody is frightened.
    let again = here.post("/sign-ins/lost", &fields).await;
    assert_eq!(again.status(), 200);
    assert!(again.text().await.unwrap().contains("All of it was over already"));
}

#[tokio::test]
async fn a_stale_browser_is_sent_through_the_provider_before_it_ends_anything() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let key = app.workstation_key("grace", "laptop").await;
    app.clock.advance(Duration::from_mins(16));
    let body = json!({ "ids": [key.id] });
    let refused = end_by_browser(&app, &browser, &body).await;
    assert_eq!(refusal(refused).await, (403, "fresh_sign_in_needed".to_owned()));
    let id = key.id.to_string();
    let page = browser
        .post(
            "/sign-ins/lost",
            &[("machine", "name:laptop"), ("ticked", "1"), ("id", &id)],
        )
        .await;
    assert_eq!(page.status(), 400);
    let page = page.text().await.unwrap();
    assert!(page.contains("/auth/login?fresh=1&amp;return_to=%2Fsign-ins%2Flost%3Fmachine%3Dname%253Alaptop"));
    assert_eq!(me(&app, &key.key).await.status(), 200, "nothing ended");

    app.idp.control().advance_clock(16 * 60);
    browser.sign_in_by("/auth/login?fresh=1", "grace").await;
    assert_eq!(end_by_browser(&app, &browser, &body).await.status(), 200);
}

#[tokio::test]
async fn foreign_ids_in_the_form_are_not_found_and_end_nothing() {
    let app = TestApp::start().await;
    let foreign = app.workstation_key("ada", "laptop").await;
    let own = app.workstation_key("grace", "laptop").await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (own_id, foreign_id) = (own.id.to_string(), foreign.id.to_string());
    for id in [foreign_id.as_str(), "x"] {
        let fields = [("machine", "name:laptop"), ("id", own_id.as_str()), ("id", id)];
        assert_eq!(browser.post("/sign-ins/lost", &fields).await.status(), 404);
    }
    assert_eq!(me(&app, &own.key).await.status(), 200);
    assert_eq!(me(&app, &foreign.key).await.status(), 200);
}
