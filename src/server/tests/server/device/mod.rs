//! Device logins: what they end in, and (in `refusals`) what does not get there.

mod refusals;

use std::time::Duration;

use flui_testkit::{Browser, CLI_CLIENT_ID, TestApp, see_other};
use reqwest::{Method, Response};
use serde_json::Value;

use crate::{audit, me};

const BEGIN: &str = "/api/v1/auth/device";
const TOKEN: &str = "/api/v1/auth/device/token";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
// RFC 7636, appendix B: a verifier and its S256 challenge.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const FIELDS: [(&str, &str); 5] = [
    ("client_id", CLI_CLIENT_ID),
    ("code_challenge", CHALLENGE),
    ("machine_name", "db-server"),
    ("machine_os", "linux"),
    ("key_name", "db-server"),
];

pub(crate) struct Begun {
    pub(crate) device_code: String,
    pub(crate) user_code: String,
}

async fn post(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Response {
    app.api(Method::POST, path).form(fields).send().await.unwrap()
}

pub(crate) async fn begin(app: &TestApp) -> Begun {
    begin_as(app, "db-server").await
}

/// The same for a machine of another name.
pub(crate) async fn begin_as(app: &TestApp, machine: &str) -> Begun {
    let fields = FIELDS.map(|(name, value)| (name, if value == "db-server" { machine } else { value }));
    let answer = post(app, BEGIN, &fields).await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["verification_uri"], format!("{}/device", app.url));
    assert_eq!((&body["expires_in"], &body["interval"]), (&600.into(), &5.into()));
    assert!(
        body.get("verification_uri_complete").is_none(),
        "the person types the code"
    );
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    Begun {
        device_code: text("device_code"),
        user_code: text("user_code"),
    }
}

/// Asks for the key, long enough after the last time.
async fn ask_with(app: &TestApp, device_code: &str, verifier: &str) -> Response {
    app.clock.advance(Duration::from_secs(6));
    let fields = [
        ("grant_type", GRANT),
        ("device_code", device_code),
        ("code_verifier", verifier),
    ];
    post(app, TOKEN, &fields).await
}

async fn ask(app: &TestApp, begun: &Begun) -> Response {
    ask_with(app, &begun.device_code, VERIFIER).await
}

/// The standard's word of a refusal.
async fn error(answer: Response) -> String {
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let body: Value = answer.json().await.unwrap();
    assert!(!body["error_description"].as_str().unwrap().is_empty());
    body["error"].as_str().unwrap().to_owned()
}

async fn signed_in(app: &TestApp, person: &str) -> Browser {
    let browser = app.browser();
    browser.sign_in(person).await;
    browser
}

/// Types the code; gives the page of the request, and its id.
pub(crate) async fn look_up(browser: &Browser, code: &str) -> (String, String) {
    let page = see_other(&browser.post("/device", &[("code", code)]).await);
    let id = page.strip_prefix("/device?request=").unwrap().to_owned();
    (page, id)
}

pub(crate) async fn decide(browser: &Browser, id: &str, verb: &str) -> Response {
    browser.post(&format!("/device/{id}/{verb}"), &[]).await
}

#[tokio::test]
async fn an_approved_command_line_gets_one_workstation_key() {
    let app = TestApp::start().await;
    let older = app.workstation_key("grace", "db-server").await;
    assert_eq!(me(&app, &older.key).await.status(), 200);
    app.flush().await;
    let begun = begin(&app).await;
    assert_eq!(error(ask(&app, &begun).await).await, "authorization_pending");

    let browser = signed_in(&app, "grace").await;
    let (page, id) = look_up(&browser, &begun.user_code.to_lowercase().replace('-', " ")).await;
    assert!(!page.contains(&begun.user_code), "the code stands in no address");
    let text = browser.get(&page).await.text().await.unwrap();
    for part in [
        "db-server",
        "linux",
        "127.0.0.1",
        "All that you may do",
        ">Approve<",
        ">This was not me<",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert_eq!(
        error(ask(&app, &begun).await).await,
        "authorization_pending",
        "looking is not approving"
    );
    assert_eq!(see_other(&decide(&browser, &id, "approve").await), page);
    let said = browser.get(&page).await.text().await.unwrap();
    for part in [
        "<h1>Approved</h1>",
        "Go back to the terminal",
        "db-server",
        "href=\"/sign-ins\"",
    ] {
        assert!(said.contains(part), "{part}");
    }
    assert!(!said.contains("name=\"code\""), "there is nothing left to type");
    assert_eq!(decide(&browser, &id, "approve").await.status(), 404, "decided once");
    assert_eq!(decide(&browser, &id, "deny").await.status(), 404, "decided once");

    let answer = ask(&app, &begun).await;
    assert_eq!(answer.status(), 200);
    let key: Value = answer.json().await.unwrap();
    let secret = key["key"].as_str().unwrap();
    assert!(secret.starts_with("flui_ws_"));
    assert_eq!(
        me(&app, &older.key).await.status(),
        200,
        "the new key may have been lost on the way"
    );
    let who: Value = me(&app, secret).await.json().await.unwrap();
    assert_eq!(who["person"]["name"], "Grace Hopper");
    assert_eq!(
        (&who["signIn"]["kind"], &who["signIn"]["name"]),
        (&"workstation".into(), &"db-server".into())
    );
    assert_eq!(
        me(&app, &older.key).await.status(),
        401,
        "the older key of the machine is replaced"
    );
    assert_eq!(error(ask(&app, &begun).await).await, "invalid_grant", "good once");
    let still = browser.get(&page).await.text().await.unwrap();
    assert!(still.contains("<h1>Approved</h1>"), "also when the key was fetched");
    let other = signed_in(&app, "ada").await;
    assert_eq!(other.get(&page).await.status(), 404, "nobody else's business");

    let rows = audit(&app).await;
    let row = |action: &str| {
        let done = |row: &&Value| row["action"] == action && row["outcome"] == "done";
        rows.iter().find(done).unwrap().clone()
    };
    assert_eq!(row("device.approved")["objectName"], "db-server");
    assert_eq!(row("key.exchanged")["objectName"], "db-server");
}

#[tokio::test]
async fn a_device_code_without_its_proof_key_buys_nothing_and_disturbs_nothing() {
    let app = TestApp::start().await;
    let begun = begin(&app).await;
    let browser = signed_in(&app, "grace").await;
    let (_, id) = look_up(&browser, &begun.user_code).await;
    decide(&browser, &id, "approve").await;
    for (code, verifier) in [
        (begun.device_code.as_str(), "stolen"),
        (begun.device_code.as_str(), CHALLENGE),
        ("x", VERIFIER),
    ] {
        assert_eq!(error(ask_with(&app, code, verifier).await).await, "invalid_grant");
    }
    assert_eq!(
        ask(&app, &begun).await.status(),
        200,
        "the owner's question still counts"
    );
}

#[tokio::test]
async fn of_many_questions_at_once_one_gets_the_key() {
    let app = TestApp::start().await;
    let begun = begin(&app).await;
    let browser = signed_in(&app, "grace").await;
    let (_, id) = look_up(&browser, &begun.user_code).await;
    decide(&browser, &id, "approve").await;
    let fields = [
        ("grant_type", GRANT),
        ("device_code", begun.device_code.as_str()),
        ("code_verifier", VERIFIER),
    ];
    let questions: Vec<_> = (0..12)
        .map(|_| tokio::spawn(app.api(Method::POST, TOKEN).form(&fields).send()))
        .collect();
    let mut good = 0;
    for question in questions {
        let answer = question.await.unwrap().unwrap();
        if answer.status() == 200 {
            good += 1;
        } else {
            assert_eq!(error(answer).await, "invalid_grant");
        }
    }
    assert_eq!(good, 1);
}

#[tokio::test]
async fn whoever_asks_too_soon_is_told_to_slow_down() {
    let app = TestApp::start().await;
    let begun = begin(&app).await;
    assert_eq!(error(ask(&app, &begun).await).await, "authorization_pending");
    let fields = [
        ("grant_type", GRANT),
        ("device_code", begun.device_code.as_str()),
        ("code_verifier", VERIFIER),
    ];
    app.clock.advance(Duration::from_secs(2));
    assert_eq!(error(post(&app, TOKEN, &fields).await).await, "slow_down");
    app.clock.advance(Duration::from_secs(6));
    assert_eq!(
        error(post(&app, TOKEN, &fields).await).await,
        "slow_down",
        "ten seconds from now on"
    );
    app.clock.advance(Duration::from_secs(15));
    assert_eq!(error(post(&app, TOKEN, &fields).await).await, "authorization_pending");
}

#[tokio::test]
async fn this_was_not_me_ends_the_request_and_is_written_down() {
    let app = TestApp::start().await;
    let begun = begin(&app).await;
    let browser = signed_in(&app, "grace").await;
    let (page, id) = look_up(&browser, &begun.user_code).await;
    assert_eq!(see_other(&decide(&browser, &id, "deny").await), page);
    let said = browser.get(&page).await.text().await.unwrap();
    assert!(said.contains("<h1>Turned away</h1>") && said.contains("db-server") && !said.contains(">Approve<"));
    assert_eq!(error(ask(&app, &begun).await).await, "access_denied");
    assert_eq!(
        browser.post("/device", &[("code", &begun.user_code)]).await.status(),
        400,
        "its code is over"
    );
    let rows = audit(&app).await;
    assert!(
        rows.iter()
            .any(|row| row["action"] == "device.denied" && row["actorName"] == "Grace Hopper")
    );
}
