//! One run of the binary at the most talkative level, with every secret that passes through it noted; then everything
//! that it left or said is searched for them.

use std::{collections::HashMap, fs, net::TcpListener};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flui_testkit::{Browser, CLIENT_ID, CLIENT_SECRET, TestApp, see_other};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use url::Url;

use crate::{
    device,
    key_life::{key, send, text},
    logout, me,
    process::{Running, run},
};

const KEYS: &str = "/api/v1/auth/api-keys";

/// What must stand nowhere, by name.
#[derive(Default)]
struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    fn note(&mut self, name: &'static str, secret: &str) {
        assert!(secret.len() >= 8, "{name} is no secret: {secret:?}");
        self.0.push((name, secret.to_owned()));
    }

    fn note_cookies(&mut self, name: &'static str, answer: &Response) {
        let mut found = false;
        for cookie in answer.headers().get_all("set-cookie") {
            let value = cookie
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .split_once('=')
                .unwrap()
                .1;
            if value.len() >= 8 {
                self.note(name, value);
                found = true;
            }
        }
        assert!(found, "{name}: no cookie");
    }

    fn note_query(&mut self, address: &str, names: &[&'static str]) {
        let query: HashMap<_, _> = Url::parse(address).unwrap().query_pairs().into_owned().collect();
        for name in names {
            self.note(name, &query[*name]);
        }
    }

    /// Which of them stand in this.
    fn found_in(&self, place: &[u8]) -> Vec<&'static str> {
        // Secrets are ASCII, so that they come through whatever stands around them.
        let text = String::from_utf8_lossy(place);
        let found = self.0.iter().filter(|(_, secret)| text.contains(secret.as_str()));
        found.map(|(name, _)| *name).collect()
    }
}

/// A person signs in, and everything secret of it is noted.
async fn sign_in(app: &TestApp, secrets: &mut Secrets, person: &str) -> Browser {
    let browser = app.browser();
    let begun = browser.get("/auth/login").await;
    secrets.note_cookies("login cookie", &begun);
    let provider = see_other(&begun);
    secrets.note_query(&provider, &["state", "nonce"]);
    let callback = browser.prove(&provider, person).await;
    secrets.note_query(&callback, &["code"]);
    let answer = browser.get(&callback).await;
    secrets.note_cookies("session cookie", &answer);
    assert!(!see_other(&answer).contains("code="), "c31: it ends at a clean address");
    browser
}

/// Keys by every way that there is, a device login, a calendar, a logout, and refusals of each.
async fn act(app: &TestApp, secrets: &mut Secrets, ada: &Browser) {
    let access = app.access_token("grace").await;
    secrets.note("access token", &access);
    let bearer = app.bearer("grace").await;
    secrets.note("ID token", &bearer);
    let body = json!({ "name": "laptop", "unscoped": true });
    let exchange = async |bearer: &str| {
        let request = app.api_as(bearer, Method::POST, KEYS).json(&body);
        request.send().await.unwrap()
    };
    let made: Value = exchange(&bearer).await.json().await.unwrap();
    secrets.note("workstation key", text(&made, "key"));
    assert_eq!(exchange(&bearer).await.status(), 409, "spent");
    assert_eq!(me(app, text(&made, "key")).await.status(), 200);

    let made = key(app, ada, &json!({ "name": "deploy", "unscoped": true })).await;
    secrets.note("key", text(&made, "key"));
    let path = format!("{KEYS}/{}/rotate", text(&made, "id"));
    let rotated: Value = send(app, ada, &path, &json!({})).await.json().await.unwrap();
    secrets.note("rotated key", text(&rotated, "key"));
    for (secret, status) in [(&rotated, 200), (&made, 401)] {
        assert_eq!(me(app, text(secret, "key")).await.status(), status);
    }
    let by_form = [
        ("name", "by form"),
        ("access", "scopes"),
        ("scope", "apps:look"),
        ("expires", "30"),
    ];
    let shown = ada.post("/keys/new", &by_form).await.text().await.unwrap();
    let start = shown.find("flui_ci_").unwrap();
    let secret: String = shown[start..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    secrets.note("key of a form", &secret);

    let begun = device::begin(app).await;
    secrets.note("device code", &begun.device_code);
    secrets.note("proof key", device::VERIFIER);
    let (_, id) = device::look_up(ada, &begun.user_code).await;
    secrets.note("user code", &begun.user_code);
    assert_eq!(device::decide(ada, &id, "approve").await.status(), 303);
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", begun.device_code.as_str()),
        ("code_verifier", device::VERIFIER),
    ];
    let redeemed = app.api(Method::POST, "/api/v1/auth/device/token").form(&fields);
    let redeemed: Value = redeemed.send().await.unwrap().json().await.unwrap();
    secrets.note("key of a device login", text(&redeemed, "key"));

    let page = ada.post("/keys/calendar", &[]).await.text().await.unwrap();
    let calendar = page.split("/calendar/").nth(1).unwrap().split(".ics").next().unwrap();
    secrets.note("calendar address", calendar);
    let fetched = app.api(Method::GET, &format!("/calendar/{calendar}.ics"));
    assert_eq!(fetched.send().await.unwrap().status(), 200);

    let token = logout::token(app, &json!({ "sub": "nobody-here" }));
    secrets.note("logout token", &token);
    for status in [200, 400] {
        assert_eq!(logout::post(app, &token).await.status(), status);
    }
    // What is refused may be somebody's secret all the same.
    let wrong = "flui_ci_canaryCanaryCanaryCanaryCanaryCanaryCanary";
    secrets.note("wrong key", wrong);
    assert_eq!(me(app, wrong).await.status(), 401);
    let foreign = app
        .api(Method::GET, "/api/v1/auth/me")
        .header("cookie", "flui-dev=canary-in-a-foreign-cookie");
    secrets.note("foreign cookie", "canary-in-a-foreign-cookie");
    assert_eq!(foreign.send().await.unwrap().status(), 401);
    secrets.note("foreign code", "canary-in-a-foreign-code");
    let callback = "/auth/callback?code=canary-in-a-foreign-code&state=canary-in-a-foreign-state";
    secrets.note("foreign state", "canary-in-a-foreign-state");
    assert_eq!(app.browser().get(callback).await.status(), 400);
}

/// Every page that an admin can open without an id.
const PAGES: [&str; 16] = [
    "/",
    "/keys",
    "/keys/calendar",
    "/keys/new",
    "/keys/revoke",
    "/sign-ins",
    "/sign-ins/lost",
    "/device",
    "/contexts",
    "/contexts/new",
    "/people",
    "/estate",
    "/estate/revoke",
    "/audit",
    "/audit.csv",
    "/audit.ndjson",
];

#[tokio::test(flavor = "multi_thread")]
async fn z1_s15_c31_k3_no_secret_of_a_whole_run_stands_anywhere() {
    let mut app = TestApp::start().await;
    app.stop().await;
    let folder = app.folder.path().to_owned();
    let metrics = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let log = folder.join("log");
    let talkative = [
        ("RUST_LOG", "trace"),
        ("FLUI_LOG", "json"),
        ("RUST_BACKTRACE", "full"),
        ("FLUI_METRICS_LISTEN", metrics.as_str()),
    ];
    let (server, _) = Running::start(&app, &log, &talkative).await;
    let mut secrets = Secrets::default();
    secrets.note("client secret", CLIENT_SECRET);
    let basic = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    secrets.note("client secret in a header", &basic);

    let leaver = sign_in(&app, &mut secrets, "ada").await;
    let provider = see_other(&leaver.post("/auth/logout", &[]).await);
    secrets.note_query(&provider, &["id_token_hint", "state"]);
    let ada = sign_in(&app, &mut secrets, "ada").await;
    act(&app, &mut secrets, &ada).await;

    let mut places: Vec<(String, Vec<u8>)> = Vec::new();
    let list: Value = ada.get(KEYS).await.json().await.unwrap();
    let one = format!("/keys/{}", text(&list["items"][0], "id"));
    for page in PAGES
        .into_iter()
        .chain([one.as_str(), "/no-such-page", "/api/v1/auth/me", KEYS])
    {
        let answer = ada.get(page).await;
        let headers = format!("{:?}", answer.headers()).into_bytes();
        places.push((format!("headers of {page}"), headers));
        places.push((page.to_owned(), answer.bytes().await.unwrap().to_vec()));
    }
    let figures = flui_testkit::client()
        .get(format!("http://{metrics}/metrics"))
        .send()
        .await
        .unwrap();
    places.push(("metrics".to_owned(), figures.bytes().await.unwrap().to_vec()));
    places.push(("export".to_owned(), run(&app, &["audit", "export"]).await.stdout));
    places.push(("configuration".to_owned(), run(&app, &["config"]).await.stdout));
    // Killed, so that the database is left as it lay, with what is not yet in its main file.
    drop(server);
    for file in ["log", "flui.db", "flui.db-wal"] {
        places.push((file.to_owned(), fs::read(folder.join(file)).unwrap()));
    }

    let place = |name: &str| &places.iter().find(|(known, _)| known == name).unwrap().1;
    let log = String::from_utf8(place("log").clone()).unwrap();
    assert!(log.contains("\"level\":\"TRACE\""), "it was talkative");
    assert!(
        log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "one object a line"
    );
    assert!(
        place("/keys").windows(7).any(|window| window == b"by form"),
        "pages were shown"
    );

    let found: Vec<String> = places
        .iter()
        .flat_map(|(place, bytes)| {
            let found = secrets.found_in(bytes).into_iter();
            found.map(move |name| format!("{name} in {place}"))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");

    // The twin: one planted secret is found, whichever it is.
    let line = log.lines().next().unwrap();
    for (name, secret) in &secrets.0 {
        let planted = format!("{line}{secret}\n");
        assert!(secrets.found_in(planted.as_bytes()).contains(name));
    }
}
