//! Clocks that jump.

use std::{sync::Arc, time::Duration};

use flui_devidp::Options;
use flui_testkit::{Browser, TestApp, TestClock};

use crate::process::Running;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

async fn is_live(browser: &Browser) -> bool {
    browser.get("/api/v1/auth/me").await.status() == 200
}

#[tokio::test]
async fn b9_a_clock_set_back_by_an_hour_ends_no_session_and_makes_none_immortal() {
    let app = TestApp::start_with(&[("FLUI_SESSION_IDLE", "5m")], Options::default()).await;
    let (used, idle) = (app.browser(), app.browser());
    used.sign_in("ada").await;
    idle.sign_in("grace").await;
    app.clock.set_back(HOUR);
    for _ in 0..4 {
        app.clock.advance(MINUTE * 3);
        assert!(is_live(&used).await, "one that is used goes on");
        app.flush().await;
    }
    assert!(
        !is_live(&idle).await,
        "twelve minutes are more than twice the idle time"
    );
}

#[tokio::test]
async fn b9_clocks_that_are_five_minutes_off_are_borne() {
    let app = TestApp::start().await;
    let before = app.browser();
    before.sign_in("ada").await;
    for step in [TestClock::set_forward, TestClock::set_back, TestClock::set_back] {
        step(&app.clock, MINUTE * 5);
        assert!(is_live(&before).await);
    }
}

#[tokio::test]
async fn b9_a_session_from_the_future_is_refused_after_a_restart() {
    let mut app = TestApp::start().await;
    // An hour ahead, as a clock that was wrong.
    app.clock.advance(HOUR);
    app.idp.control().advance_clock(3_600);
    let browser = app.browser();
    browser.sign_in("ada").await;
    assert!(is_live(&browser).await);
    // A new process remembers nothing of the time that the old one showed.
    for (ahead, live) in [(MINUTE * 56, true), (Duration::ZERO, false)] {
        app.stop().await;
        app.clock = Arc::default();
        app.clock.advance(ahead);
        app.restart().await;
        assert_eq!(is_live(&browser).await, live, "{ahead:?} ahead");
    }
}

#[tokio::test]
async fn b9_the_log_names_the_difference_from_the_providers_clock() {
    let mut app = TestApp::start().await;
    app.stop().await;
    let log = app.folder.path().join("log");
    let (_running, _) = Running::start(&app, &log, &[]).await;
    for _ in 0..100 {
        let text = std::fs::read_to_string(&log).unwrap();
        if text.contains("measured the provider's clock") {
            let line = text.lines().find(|line| line.contains("measured")).unwrap();
            assert!(line.contains("seconds"), "{line}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing was measured: {}", std::fs::read_to_string(&log).unwrap());
}
