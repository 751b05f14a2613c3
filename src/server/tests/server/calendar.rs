//! The calendar of key ends and its secret address.

use flui_testkit::{Browser, TestApp, see_other};
use reqwest::{Method, Response};
use sqlx::{Connection, Executor, SqliteConnection};

use crate::{audit, refusal};

/// Presses the button and gives the path of the address that the answer shows.
async fn create(app: &TestApp, browser: &Browser) -> String {
    let answer = browser.post("/keys/calendar", &[]).await;
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(!answer.headers().contains_key("content-encoding"));
    let page = answer.text().await.unwrap();
    let address = page.split("data-testid=\"secret\"").nth(1).expect("the address");
    let address = address.split('>').nth(1).unwrap().split('<').next().unwrap();
    let path = address.strip_prefix(&app.url).expect("an absolute address");
    assert_eq!(path.len(), "/calendar/".len() + 43 + ".ics".len(), "{path}");
    path.to_owned()
}

/// What a calendar program gets: no cookie, no key.
async fn fetch(app: &TestApp, path: &str) -> Response {
    app.api(Method::GET, path).send().await.unwrap()
}

#[tokio::test]
async fn a_calendar_shows_when_ones_own_live_keys_end() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let long = "Ärger, Rückgabe; und ein sehr langer Name für einen Schlüssel";
    let fields = [
        ("name", long),
        ("access", "scopes"),
        ("scope", "apps:look"),
        ("expires", "30"),
    ];
    assert_eq!(browser.post("/keys/new", &fields).await.status(), 201);
    let laptop = app.workstation_key("ada", "laptop").await;
    let gone = app.workstation_key("ada", "gone").await;
    app.workstation_key("grace", "somebody-elses").await;
    let path = create(&app, &browser).await;

    let answer = fetch(&app, &path).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let text = answer.text().await.unwrap();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(
        text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')),
        "{text}"
    );
    let unfolded = text.replace("\r\n ", "");
    assert_eq!(unfolded.matches("BEGIN:VEVENT").count(), 3);
    assert_eq!(unfolded.matches("BEGIN:VALARM").count(), 9);
    let date = laptop.expires_at.to_date().replace('-', "");
    for line in [
        format!("UID:{}", laptop.id),
        format!("DTSTART;VALUE=DATE:{date}"),
        "SUMMARY:Workstation key \"laptop\" ends".to_owned(),
        format!(
            "SUMMARY:CI key \"{}\" ends",
            long.replace(',', "\\,").replace(';', "\\;")
        ),
        "TRIGGER:-P14D".to_owned(),
        "TRIGGER:-P7D".to_owned(),
        "TRIGGER:-P1D".to_owned(),
    ] {
        assert!(unfolded.lines().any(|told| told == line), "{line}: {unfolded}");
    }
    for part in ["somebody-elses", &laptop.key, "flui_"] {
        assert!(!unfolded.contains(part), "{part}");
    }

    let revoke = format!("/keys/{}/revoke", gone.id);
    see_other(&browser.post(&revoke, &[]).await);
    let text = fetch(&app, &path).await.text().await.unwrap();
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 2, "a revoked key ends no more");
}

#[tokio::test]
async fn an_address_opens_until_it_is_renewed_or_removed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let page = browser.get("/keys/calendar").await.text().await.unwrap();
    assert!(page.contains("Create address") && !page.contains("Renew address"));
    let first = create(&app, &browser).await;
    let page = browser.get("/keys/calendar").await.text().await.unwrap();
    assert!(page.contains("Renew address") && !page.contains(&first), "shown once");

    let second = create(&app, &browser).await;
    assert_eq!(refusal(fetch(&app, &first).await).await, (404, "not_found".to_owned()));
    assert_eq!(fetch(&app, &second).await.status(), 200);

    let removed = browser.post("/keys/calendar/remove", &[]).await;
    assert_eq!(see_other(&removed), "/keys/calendar?notice=calendar-removed");
    assert_eq!(fetch(&app, &second).await.status(), 404);
    assert_eq!(browser.post("/keys/calendar/remove", &[]).await.status(), 404);
    let told = audit(&app).await;
    let count = |action: &str| told.iter().filter(|row| row["action"] == action).count();
    assert_eq!((count("calendar.created"), count("calendar.removed")), (2, 1));
}

#[tokio::test]
async fn what_is_no_address_is_not_found_and_guessing_is_slow() {
    let app = TestApp::start().await;
    let long = "A".repeat(43);
    for path in ["x.ics", &format!("{long}.ics"), &long, "..ics", "%00.ics"] {
        let answer = fetch(&app, &format!("/calendar/{path}")).await;
        assert_eq!(answer.status(), 404, "{path}");
    }
    let mut last = 404;
    for _ in 0..2_000 {
        last = fetch(&app, &format!("/calendar/{long}.ics")).await.status().as_u16();
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn a_key_cannot_make_an_address_that_outlives_it_and_a_stranger_is_asked_to_sign_in() {
    let app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await;
    let answer = app
        .api_as(&key.key, Method::POST, "/keys/calendar")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
    let refused = audit(&app).await.into_iter().filter(|row| row["outcome"] == "refused");
    assert_eq!(refused.filter(|row| row["action"] == "calendar.created").count(), 1);

    let browser = app.browser();
    let front = see_other(&browser.post("/keys/calendar", &[]).await);
    assert_eq!(front, "/?notice=session-ended&return_to=%2Fkeys%2Fcalendar");
    browser.sign_in("ada").await;
    create(&app, &browser).await;
}

#[tokio::test]
async fn the_address_of_somebody_without_access_opens_nothing() {
    let mut app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let path = create(&app, &browser).await;
    app.restart().await;
    assert_eq!(fetch(&app, &path).await.status(), 200);
    app.stop().await;
    let file = format!("sqlite://{}", app.folder.path().join("flui.db").display());
    let mut database = SqliteConnection::connect(&file).await.unwrap();
    let disabled = database.execute("update people set disabled_at = 1").await.unwrap();
    assert_eq!(disabled.rows_affected(), 1);
    database.close().await.unwrap();
    app.restart().await;
    assert_eq!(fetch(&app, &path).await.status(), 404);
}
