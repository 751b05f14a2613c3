//! An administrator whose role was taken away at the provider: their session goes on, and acts on others need a fresh
//! sign-in, at which the role is gone.

use std::time::Duration;

use flui_devidp::Options;
use flui_testkit::{Browser, TestApp};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{
    app_clients::{REGISTRATION, SEALING_KEYS, TOKEN},
    audit,
    key_life::{key, text},
};

/// What an administrator may do to what is not theirs, as forms and by the API.
fn acts(person: &str, key: &str) -> Vec<(Method, String, Value)> {
    let address = "https://a.example.org";
    let context = json!({ "name": "other", "api_url": address, "issuer": address, "colour": "red" });
    let change = json!({ "apiUrl": address, "issuer": address, "colour": "blue" });
    let app = json!({ "name": "Wiki", "kind": "web", "hosts": "wiki.example.org" });
    let form = |path: String, fields: Value| (Method::POST, path, fields);
    vec![
        form(format!("/people/{person}/disable"), json!({})),
        form(format!("/people/{person}/enable"), json!({})),
        form(format!("/people/{person}/end"), json!({ "name": "Grace Hopper" })),
        form("/estate/pause".to_owned(), json!({ "id": key })),
        form("/estate/resume".to_owned(), json!({ "id": key })),
        form("/estate/revoke".to_owned(), json!({ "id": key })),
        form(format!("/keys/{key}/revoke"), json!({})),
        form(format!("/keys/{key}/transfer"), json!({ "person": person })),
        form("/contexts/new".to_owned(), context),
        form(
            "/contexts/prod/edit".to_owned(),
            json!({ "name": "prod", "api_url": address, "issuer": address }),
        ),
        form("/contexts/prod/delete".to_owned(), json!({ "name": "prod" })),
        form("/contexts/prod/check".to_owned(), json!({})),
        form("/apps/new".to_owned(), app),
        (Method::PUT, "/api/v1/contexts/prod".to_owned(), change),
        (Method::DELETE, "/api/v1/contexts/prod".to_owned(), json!({})),
        (Method::DELETE, format!("/api/v1/auth/api-keys/{key}"), json!({})),
    ]
}

async fn send(app: &TestApp, browser: &Browser, (method, path, body): (Method, String, Value)) -> Response {
    let request = browser.request(method, &path).header("origin", &app.url);
    let request = if path.starts_with("/api/") {
        request.json(&body)
    } else {
        request.header("accept", "text/html").form(&body)
    };
    request.send().await.unwrap()
}

/// Acts on others that were done, whoever did them.
async fn done(app: &TestApp) -> usize {
    let rows = audit(app).await;
    let own = ["sign_in.started", "sign_in.ended", "key.exchanged"];
    rows.iter()
        .filter(|row| row["outcome"] == "done" && !own.contains(&row["action"].as_str().unwrap()))
        .count()
}

async fn asks_for_a_fresh_sign_in(answer: Response) -> bool {
    let (status, location) = (answer.status().as_u16(), answer.headers().get("location").cloned());
    let body = answer.text().await.unwrap();
    let link = location.is_some_and(|location| location.to_str().unwrap().starts_with("/auth/login?fresh=1"));
    match status {
        303 => link,
        403 => {
            body.contains("fresh_sign_in_needed")
                || body.contains("/auth/login?fresh=1")
                || body.contains("Sign in again")
        }
        _ => false,
    }
}

#[tokio::test]
async fn a4_an_admin_whose_role_was_taken_away_acts_no_more_once_the_sign_in_is_old() {
    let provider = Options {
        registration_token: Some(TOKEN.to_owned()),
        ..Options::default()
    };
    let app = TestApp::start_with(&[REGISTRATION, SEALING_KEYS], provider).await;
    let (bob, grace) = (app.browser(), app.browser());
    bob.sign_in("ada").await;
    grace.sign_in("grace").await;
    let made = key(&app, &grace, &json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
    let who: Value = grace.get("/api/v1/auth/me").await.json().await.unwrap();
    let (person, key) = (text(&who["person"], "id"), text(&made, "id"));
    let address = "https://a.example.org";
    let context = json!({ "name": "prod", "apiUrl": address, "issuer": address, "colour": "red" });
    let context = (Method::POST, "/api/v1/contexts".to_owned(), context);
    assert_eq!(
        send(&app, &bob, context).await.status(),
        201,
        "the passing twin: fresh, and an administrator"
    );
    let before = done(&app).await;

    app.clock.advance(Duration::from_mins(16));
    app.idp.control().advance_clock(16 * 60);
    for act in acts(person, key) {
        let what = format!("{} {}", act.0, act.1);
        assert!(asks_for_a_fresh_sign_in(send(&app, &bob, act).await).await, "{what}");
    }
    assert_eq!(bob.get("/keys").await.status(), 200, "the session goes on");
    app.idp.control().drop_group("ada", "flui-admins").unwrap();
    bob.sign_in_by("/auth/login?fresh=1", "ada").await;
    for act in acts(person, key) {
        let what = format!("{} {}", act.0, act.1);
        let status = send(&app, &bob, act).await.status().as_u16();
        assert!([403, 404].contains(&status), "{what}: {status}");
    }
    app.idp.control().add_group("ada", "flui-admins").unwrap();
    assert_eq!(done(&app).await, before);
}
