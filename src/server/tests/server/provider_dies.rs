//! A provider that dies while a person is there: between the address that they leave by and the one that they return to.

use std::time::{Duration, Instant};

use flui_testkit::{TestApp, see_other};
use rstest::rstest;

use crate::audit;

/// The ten seconds that the provider has, and some for a machine that is busy.
const IN_TIME: Duration = Duration::from_secs(15);

#[rstest]
#[case::dead("", 503)]
#[case::faulty("token-answer-status-500", 503)]
#[case::hanging("token-answer-silence", 503)]
#[case::dripping("token-answer-drip", 503)]
#[case::breaking("token-answer-broken", 503)]
#[case::half("token-answer-cut", 502)]
#[case::empty("token-answer-empty", 502)]
#[case::page("token-answer-html", 502)]
#[tokio::test]
async fn b7_a_provider_that_dies_meanwhile_ends_in_a_page_and_one_can_start_again(
    #[case] switch: &str,
    #[case] status: u16,
) {
    let app = TestApp::start().await;
    let browser = app.browser();
    let provider = see_other(&browser.get("/auth/login").await);
    let callback = browser.prove(&provider, "ada").await;
    if switch.is_empty() {
        app.idp.control().pause();
    } else {
        app.idp.control().switch_on(switch).unwrap();
    }
    let began = Instant::now();
    let answer = browser.get(&callback).await;
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers().contains_key("retry-after"), status == 503);
    let page = answer.text().await.unwrap();
    assert!(page.contains("<h1") && page.contains("provider"), "{page}");
    assert!(began.elapsed() < IN_TIME);
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 401);

    app.idp.control().resume();
    app.idp.control().switch_off();
    // The code was sent already, so that the provider may hold it for stolen: this answer is never sent twice.
    assert_eq!(browser.get(&callback).await.status(), 400);
    browser.sign_in("ada").await;
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
    let rows = audit(&app).await;
    assert!(rows.iter().any(|row| row["reason"] == "provider_failed"), "{rows:?}");
}
