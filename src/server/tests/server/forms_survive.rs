//! What somebody typed outlives the sign-in that comes between.

use std::time::Duration;

use flui_testkit::{Browser, TestApp, see_other};

/// A name with everything that an address must write differently.
const NAME: &str = "deploy *prod* & \"50%\" (ü)";

const FIELDS: [(&str, &str); 8] = [
    ("name", NAME),
    ("kind", "service"),
    ("context", ""),
    ("access", "scopes"),
    ("scope", "apps:look"),
    ("scope", "mail:destroy"),
    ("expires", "date"),
    ("expires_date", "2026-12-31"),
];

/// The way back that the front page hands to the sign-in.
fn return_to(front: &str) -> String {
    let query = front.strip_prefix("/?").expect("the front page");
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    assert_eq!(pairs[0], ("notice".into(), "session-ended".into()));
    assert_eq!(pairs[1].0, "return_to");
    pairs[1].1.clone().into_owned()
}

fn login(return_to: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new("/auth/login?".to_owned());
    query.append_pair("return_to", return_to).finish()
}

async fn assert_form_is_as_it_was(browser: &Browser, address: &str) {
    let answer = browser.get(address).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    let escaped = NAME.replace('&', "&amp;").replace('"', "&quot;");
    assert!(page.contains(&format!("value=\"{escaped}\"")), "{page}");
    for part in [
        r#"value="service" selected"#,
        r#"value="date" selected"#,
        r#"value="2026-12-31""#,
    ] {
        assert!(page.contains(part), "{part}");
    }
    for scope in ["apps:look", "mail:destroy"] {
        let control = page.split(&format!("value=\"{scope}\"")).nth(1).unwrap();
        assert!(control.split('>').next().unwrap().contains("checked"), "{scope}");
    }
}

#[tokio::test]
async fn a_form_that_is_sent_after_the_session_ended_is_as_it_was_after_the_sign_in() {
    let app = TestApp::start().await;
    let (here, elsewhere) = (app.browser(), app.browser());
    here.sign_in("grace").await;
    elsewhere.sign_in("grace").await;
    see_other(&elsewhere.post("/sign-ins/end-others", &[]).await);

    let front = see_other(&here.post("/keys/new", &FIELDS).await);
    let back = return_to(&front);
    let page = here.get(&front).await.text().await.unwrap();
    assert!(page.contains("Your session has ended"), "{page}");
    let hidden = back.replace('&', "&amp;");
    assert!(
        page.contains(&format!("value=\"{hidden}\"")),
        "{hidden} is not in {page}"
    );
    assert_eq!(here.sign_in_by(&login(&back), "grace").await, back);
    assert_form_is_as_it_was(&here, &back).await;
}

#[tokio::test]
async fn a_stranger_who_sends_the_form_makes_no_key_and_keeps_the_form() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let back = return_to(&see_other(&browser.post("/keys/new", &FIELDS).await));
    assert_eq!(browser.sign_in_by(&login(&back), "grace").await, back);
    assert_form_is_as_it_was(&browser, &back).await;
    assert!(!browser.get("/keys").await.text().await.unwrap().contains("deploy"));
}

#[tokio::test]
async fn s13_a_stale_sign_in_is_renewed_and_the_form_is_as_it_was() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    app.clock.advance(Duration::from_mins(16));
    app.idp.control().advance_clock(16 * 60);

    let refused = browser.post("/keys/new", &FIELDS).await;
    assert_eq!(refused.status(), 403);
    let page = refused.text().await.unwrap();
    assert!(page.contains("Sign in again") && page.contains("mail:destroy"));

    let mut again = FIELDS.to_vec();
    again.push(("sign_in_again", "1"));
    let link = see_other(&browser.post("/keys/new", &again).await);
    assert!(link.starts_with("/auth/login?fresh=1&return_to="), "{link}");
    let provider = url::Url::parse(&see_other(&browser.get(&link).await)).unwrap();
    assert!(
        provider
            .query_pairs()
            .any(|pair| pair == ("max_age".into(), "900".into()))
    );
    let back = browser.sign_in_by(&link, "grace").await;
    assert_form_is_as_it_was(&browser, &back).await;
    let mut good = FIELDS.to_vec();
    good[6] = ("expires", "30");
    assert_eq!(browser.post("/keys/new", &good).await.status(), 201);
}
