//! One sign-out ends all: an app's session is as live as the browser sign-in that it hangs on.

use std::time::Duration;

use flui_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use super::{GIT, WIKI, open, send, start, with_cookie};

/// Grace in a browser, and the secrets of her cookies at two apps.
async fn two_apps(app: &TestApp) -> (Browser, [String; 2]) {
    let browser = app.browser();
    browser.sign_in("grace").await;
    let wiki = open(app, &browser, WIKI, "/").await.0;
    let git = open(app, &browser, GIT, "/").await.0;
    let cookies = [wiki, git];
    assert_eq!(statuses(app, &cookies).await, [200, 200]);
    (browser, cookies)
}

async fn statuses(app: &TestApp, [wiki, git]: &[String; 2]) -> [u16; 2] {
    let wiki = with_cookie(app, WIKI, "/", wiki).await.status().as_u16();
    [wiki, with_cookie(app, GIT, "/", git).await.status().as_u16()]
}

#[tokio::test]
async fn signing_out_of_the_dashboard_ends_every_app_and_no_other_browsers() {
    let app = start().await;
    let (browser, cookies) = two_apps(&app).await;
    let (_other, others) = two_apps(&app).await;
    browser.post("/auth/logout", &[]).await;
    assert_eq!(statuses(&app, &cookies).await, [401, 401]);
    assert_eq!(statuses(&app, &others).await, [200, 200]);
}

#[tokio::test]
async fn l3_the_providers_back_channel_ends_every_app() {
    let app = start().await;
    let (_browser, cookies) = two_apps(&app).await;
    app.idp.control().end_sessions("grace").await.unwrap();
    assert_eq!(statuses(&app, &cookies).await, [401, 401]);
}

#[tokio::test]
async fn report_lost_ends_every_app_of_the_lost_browser() {
    let app = start().await;
    let (lost, cookies) = two_apps(&app).await;
    let (here, kept) = two_apps(&app).await;
    let me: Value = lost.get("/api/v1/auth/me").await.json().await.unwrap();
    let id = me["signIn"]["id"].as_str().unwrap();
    let fields = [("machine", "name:laptop"), ("ticked", "1"), ("id", id)];
    assert_eq!(here.post("/sign-ins/lost", &fields).await.status(), 200);
    assert_eq!(statuses(&app, &cookies).await, [401, 401]);
    assert_eq!(statuses(&app, &kept).await, [200, 200]);
}

#[tokio::test]
async fn an_admins_act_ends_every_app() {
    let app = start().await;
    let (grace, cookies) = two_apps(&app).await;
    let ada = app.browser();
    ada.sign_in("ada").await;
    let me: Value = grace.get("/api/v1/auth/me").await.json().await.unwrap();
    let person = me["person"]["id"].as_str().unwrap().to_owned();
    let answer = ada.post(&format!("/people/{person}/disable"), &[]).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(statuses(&app, &cookies).await, [403, 403], "disabled");
    ada.post(&format!("/people/{person}/enable"), &[]).await;
    assert_eq!(statuses(&app, &cookies).await, [200, 200]);

    let end = ada.request_post("/api/v1/auth/sign-ins/end").header("origin", &app.url);
    let answer = send(end.json(&json!({ "person": person }))).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(statuses(&app, &cookies).await, [401, 401], "everything of hers ended");
}

#[tokio::test]
async fn s5_an_app_lives_by_the_idle_limit_and_using_it_is_use() {
    let app = start().await;
    let (browser, cookies) = two_apps(&app).await;
    // Nothing but the app is used for two hours.
    for _ in 0..6 {
        app.clock.advance(Duration::from_mins(20));
        assert_eq!(statuses(&app, &cookies).await, [200, 200]);
        app.flush().await;
    }
    assert_eq!(
        browser.get("/api/v1/auth/me").await.status(),
        200,
        "using an app is using the sign-in"
    );
    app.flush().await;
    app.clock.advance(Duration::from_mins(31));
    assert_eq!(statuses(&app, &cookies).await, [401, 401], "idle");
}

#[tokio::test]
async fn s5_an_app_that_is_used_all_day_is_over_after_twelve_hours() {
    let app = start().await;
    let (_browser, cookies) = two_apps(&app).await;
    for _ in 0..35 {
        app.clock.advance(Duration::from_mins(20));
        assert_eq!(statuses(&app, &cookies).await, [200, 200]);
        app.flush().await;
    }
    app.clock.advance(Duration::from_mins(20));
    assert_eq!(statuses(&app, &cookies).await, [401, 401]);
}
