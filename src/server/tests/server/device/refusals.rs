use std::time::Duration;

use flui_testkit::{TestApp, see_other};
use reqwest::Method;
use serde_json::Value;

use super::{BEGIN, FIELDS, GRANT, TOKEN, ask, begin, decide, error, look_up, post, signed_in};
use crate::audit;

#[tokio::test]
async fn codes_expire_after_ten_minutes() {
    let app = TestApp::start().await;
    let (late, good) = (begin(&app).await, begin(&app).await);
    let browser = signed_in(&app, "grace").await;
    let (page, id) = look_up(&browser, &late.user_code).await;
    let (_, good_id) = look_up(&browser, &good.user_code).await;
    app.clock.advance(Duration::from_secs(590));
    assert_eq!(decide(&browser, &good_id, "approve").await.status(), 303);
    assert_eq!(ask(&app, &good).await.status(), 200);
    app.clock.advance(Duration::from_secs(10));
    assert_eq!(browser.get(&page).await.status(), 404);
    assert_eq!(decide(&browser, &id, "approve").await.status(), 404);
    assert_eq!(
        browser.post("/device", &[("code", &late.user_code)]).await.status(),
        400
    );
    assert_eq!(error(ask(&app, &late).await).await, "expired_token");
}

#[tokio::test]
async fn a_sign_in_may_guess_five_times_in_ten_minutes() {
    let app = TestApp::start().await;
    let begun = begin(&app).await;
    let (browser, other) = (signed_in(&app, "grace").await, signed_in(&app, "ada").await);
    // What cannot be a code is no guess.
    for typed in ["", "hello", "AEIO-UAEI"] {
        assert_eq!(
            browser.post("/device", &[("code", typed)]).await.status(),
            400,
            "{typed}"
        );
    }
    for _ in 0..5 {
        let answer = browser.post("/device", &[("code", "BBBB-BBBB")]).await;
        assert_eq!(answer.status(), 400);
        let page = answer.text().await.unwrap();
        assert!(page.contains("No login waits with this code") && page.contains("value=\"BBBB-BBBB\""));
    }
    let refused = browser.post("/device", &[("code", &begun.user_code)]).await;
    assert_eq!(refused.status(), 429, "even the right one");
    assert!(refused.text().await.unwrap().contains("Too many wrong codes"));
    assert_eq!(
        other.post("/device", &[("code", &begun.user_code)]).await.status(),
        303,
        "another sign-in's guesses"
    );

    app.clock.advance(Duration::from_secs(601));
    app.idp.control().advance_clock(601);
    let begun = begin(&app).await;
    assert_eq!(
        browser.post("/device", &[("code", &begun.user_code)]).await.status(),
        303
    );
    let rows = audit(&app).await;
    let of = |reason: &str| rows.iter().filter(|row| row["reason"] == reason).count();
    assert_eq!((of("code_unknown"), of("too_many_requests")), (5, 1));
}

#[tokio::test]
async fn approving_needs_a_fresh_sign_in_and_the_request_survives_it() {
    let app = TestApp::start().await;
    let browser = signed_in(&app, "grace").await;
    app.clock.advance(Duration::from_mins(16));
    app.idp.control().advance_clock(16 * 60);
    let begun = begin(&app).await;
    let (page, id) = look_up(&browser, &begun.user_code).await;
    let text = browser.get(&page).await.text().await.unwrap();
    assert!(text.contains("Sign in again to approve") && !text.contains(">Approve<"));
    assert_eq!(see_other(&decide(&browser, &id, "approve").await), page);
    assert_eq!(error(ask(&app, &begun).await).await, "authorization_pending");

    let back = page.replace('?', "%3F").replace('=', "%3D");
    let landed = browser
        .sign_in_by(&format!("/auth/login?fresh=1&return_to={back}"), "grace")
        .await;
    assert_eq!(landed, page);
    assert!(browser.get(&page).await.text().await.unwrap().contains(">Approve<"));
    assert_eq!(decide(&browser, &id, "approve").await.status(), 303);
    assert_eq!(ask(&app, &begun).await.status(), 200);
}

#[tokio::test]
async fn only_who_typed_the_code_may_decide_and_no_key_may() {
    let app = TestApp::start().await;
    let begun = begin(&app).await;
    let (grace, ada) = (signed_in(&app, "grace").await, signed_in(&app, "ada").await);
    let (page, id) = look_up(&grace, &begun.user_code).await;
    assert_eq!(ada.get(&page).await.status(), 404);
    assert_eq!(decide(&ada, &id, "approve").await.status(), 404);
    assert_eq!(decide(&ada, "x", "deny").await.status(), 404);
    let key = app.workstation_key("grace", "laptop").await.key;
    let by_key = app
        .api_as(&key, Method::POST, &format!("/device/{id}/approve"))
        .send()
        .await
        .unwrap();
    assert_eq!(by_key.status(), 403);
    assert_eq!(
        app.browser().get("/device").await.status(),
        303,
        "strangers sign in first"
    );
    assert_eq!(error(ask(&app, &begun).await).await, "authorization_pending");
    assert_eq!(decide(&grace, &id, "approve").await.status(), 303);
}

#[tokio::test]
async fn what_approved_it_must_still_be_live() {
    let app = TestApp::start().await;
    let begun = begin(&app).await;
    let (lost, here) = (signed_in(&app, "grace").await, signed_in(&app, "grace").await);
    let (_, id) = look_up(&lost, &begun.user_code).await;
    decide(&lost, &id, "approve").await;
    here.post("/sign-ins/end-others", &[]).await;
    assert_eq!(error(ask(&app, &begun).await).await, "access_denied");
    let rows = audit(&app).await;
    assert!(
        rows.iter()
            .any(|row| row["action"] == "key.exchanged" && row["reason"] == "approver_ended")
    );
}

#[tokio::test]
async fn malformed_requests_get_the_standards_words() {
    let app = TestApp::start().await;
    let with =
        |name: &str, value: &'static str| FIELDS.map(|(known, kept)| (known, if known == name { value } else { kept }));
    for (name, value, expected) in [
        ("client_id", "flui-dashboard", "invalid_client"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "E9Melhoa", "invalid_request"),
        (
            "code_challenge",
            "????????????????????????????????????????????",
            "invalid_request",
        ),
        ("machine_name", " ", "invalid_request"),
        ("machine_name", "a\u{202e}b", "invalid_request"),
        ("machine_os", "a\nb", "invalid_request"),
        ("key_name", "", "invalid_request"),
    ] {
        assert_eq!(
            error(post(&app, BEGIN, &with(name, value)).await).await,
            expected,
            "{name} {value}"
        );
    }
    assert_eq!(error(post(&app, BEGIN, &FIELDS[1..]).await).await, "invalid_request");
    assert_eq!(
        error(post(&app, TOKEN, &[("grant_type", GRANT)]).await).await,
        "invalid_request"
    );
    let other = [("grant_type", "password"), ("device_code", "x"), ("code_verifier", "y")];
    assert_eq!(error(post(&app, TOKEN, &other).await).await, "unsupported_grant_type");
    let json = app
        .api(Method::POST, TOKEN)
        .json(&serde_json::json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(error(json).await, "invalid_request");
    assert_eq!(post(&app, BEGIN, &FIELDS).await.status(), 200);
    let config: Value = app
        .api(Method::GET, "/api/v1/auth/config")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(config["deviceLogin"], true);
}

#[tokio::test]
async fn the_database_holds_none_of_the_codes() {
    let mut app = TestApp::start().await;
    let begun = begin(&app).await;
    app.stop().await;
    let mut read = 0;
    for entry in std::fs::read_dir(app.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let plain = begun.user_code.replace('-', "");
            for code in [&begun.device_code, &begun.user_code, &plain] {
                assert!(!text.contains(code.as_str()), "{}", path.display());
            }
            read += bytes.len();
        }
    }
    assert!(read > 10_000, "the database was read");
}
