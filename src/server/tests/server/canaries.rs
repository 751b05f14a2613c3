//! One run of the binary at the most talkative level, with every secret that passes through it noted; then everything
//! that it left or said is searched for them.

mod cores;
mod panics;
mod secrets;

use std::{fs, net::TcpListener};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flui_devidp::Options;
use flui_testkit::{Browser, CLIENT_ID, CLIENT_SECRET, TestApp, postgres_database, see_other};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use self::secrets::Secrets;
use crate::{
    device,
    key_life::{key, send, text},
    logout, me,
    process::{Running, run},
};

const KEYS: &str = "/api/v1/auth/api-keys";

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

/// What a stranger sends to forge a line of the log, or to move a terminal's cursor.
const FORGED: &str = "x\r\n1999-12-31T23:59:59.000000Z  INFO forged: by a stranger\u{1b}[2J";

async fn forge(app: &TestApp) {
    let mut address = url::Url::parse(&app.url).unwrap();
    address.set_path(FORGED);
    address.query_pairs_mut().append_pair("return_to", FORGED);
    assert_eq!(app.browser().get(address.as_str()).await.status(), 404);
    let mut callback = url::Url::parse(&format!("{}/auth/callback", app.url)).unwrap();
    let pairs = ["state", "error", "error_description", "iss"].map(|name| (name, FORGED));
    callback.query_pairs_mut().extend_pairs(pairs);
    assert_eq!(app.browser().get(callback.as_str()).await.status(), 400);
    let token = logout::token(app, &json!({ "sub": FORGED, "sid": FORGED }));
    assert_eq!(logout::post(app, &token).await.status(), 200);
    let named = app
        .api(Method::GET, "/")
        .header("user-agent", "\t1999 INFO forged\u{9b}31m");
    assert_eq!(named.send().await.unwrap().status(), 200);
}

/// Each line begins an event, and none was written by a stranger.
fn assert_lines(log: &str, format: &str) {
    assert!(!log.contains(['\u{1b}', '\u{9b}', '\r']), "{log}");
    for line in log.lines() {
        if format == "json" {
            assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
        } else {
            let level = line.split_whitespace().nth(1);
            let levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];
            assert!(level.is_some_and(|level| levels.contains(&level)), "{line}");
        }
        assert!(!line.starts_with("1999"), "{line}");
    }
}

#[derive(Clone, Copy)]
enum Keeps {
    Sqlite,
    Postgres,
}

/// Every row of every table, as text.
async fn dump(database: &str) -> Vec<u8> {
    let mut connection = PgConnection::connect(database).await.unwrap();
    let tables = "select tablename::text from pg_tables where schemaname = 'public'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.unwrap();
    let mut text = String::new();
    for table in tables {
        let rows = AssertSqlSafe(format!("select t::text from \"{table}\" t"));
        let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(&mut connection).await.unwrap();
        text = rows.iter().fold(text, |text, row| text + &table + " " + row + "\n");
    }
    text.into_bytes()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn z1_s15_c31_k3_u4_no_secret_of_a_whole_run_stands_anywhere(
    #[values(Keeps::Sqlite, Keeps::Postgres)] keeps: Keeps,
    #[values("json", "pretty")] format: &str,
) {
    let database = match keeps {
        Keeps::Sqlite => None,
        Keeps::Postgres => Some(postgres_database().await),
    };
    let settings: Vec<_> = database.iter().map(|url| ("FLUI_DATABASE_URL", url.as_str())).collect();
    let mut app = TestApp::start_with(&settings, Options::default()).await;
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
        ("FLUI_LOG", format),
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
    forge(&app).await;

    let mut places = answers(&ada).await;
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
    let log = fs::read_to_string(log).unwrap();
    places.push(("log".to_owned(), log.clone().into_bytes()));
    if let Some(database) = &database {
        places.push(("dump".to_owned(), dump(database).await));
    } else {
        for file in ["flui.db", "flui.db-wal"] {
            places.push((file.to_owned(), fs::read(folder.join(file)).unwrap()));
        }
    }

    assert!(
        log.contains("\"level\":\"TRACE\"") || log.contains(" TRACE "),
        "it was talkative"
    );
    assert_lines(&log, format);
    let shows = |names: &[&str]| {
        let mut known = places.iter().filter(|(known, _)| names.contains(&known.as_str()));
        known.any(|(_, place)| place.windows(7).any(|window| window == b"by form"))
    };
    assert!(shows(&["/keys"]), "pages were shown");
    assert!(shows(&["dump", "flui.db", "flui.db-wal"]), "rows were read");
    secrets.assert_nowhere(&places, &log);
}

/// Each page and each list, with its headers.
async fn answers(ada: &Browser) -> Vec<(String, Vec<u8>)> {
    let list: Value = ada.get(KEYS).await.json().await.unwrap();
    let one = format!("/keys/{}", text(&list["items"][0], "id"));
    let mut places = Vec::new();
    for page in PAGES
        .into_iter()
        .chain([one.as_str(), "/no-such-page", "/api/v1/auth/me", KEYS])
    {
        let answer = ada.get(page).await;
        let headers = format!("{:?}", answer.headers()).into_bytes();
        places.push((format!("headers of {page}"), headers));
        places.push((page.to_owned(), answer.bytes().await.unwrap().to_vec()));
    }
    places
}
