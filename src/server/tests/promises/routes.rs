//! What holds for every route. The list of routes is read from the places where the server declares them, so that a new
//! one is walked from its first day.

use std::{collections::BTreeSet, path::Path};

use flui_testkit::{Browser, TestApp};
use reqwest::{Method, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

/// Routes that no browser's cookie is meant for: the provider and command lines call them, and they look at no cookie.
const WITHOUT_COOKIES: [&str; 1] = ["/auth/backchannel-logout"];

/// Every `.route("/path", method(…))` of the server, with placeholders filled in.
fn routes() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                found.extend(text.split(".route(").skip(1).flat_map(declared));
            }
        }
    }
    // The figures have a listener of their own.
    found.retain(|(_, path)| path != "/metrics");
    found
}

/// Methods and path of what follows `.route(`.
fn declared(text: &str) -> Vec<(String, String)> {
    let text = text.trim_start();
    let Some((path, rest)) = text.strip_prefix('"').and_then(|text| text.split_once('"')) else {
        return Vec::new();
    };
    let end = rest.find(".route(").or_else(|| rest.find(';')).unwrap_or(rest.len());
    let filled: String = path
        .split('/')
        .map(|part| {
            if part.starts_with('{') {
                "00000000-0000-7000-8000-000000000000"
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join("/");
    ["get", "post", "put", "patch", "delete"]
        .into_iter()
        .filter(|method| {
            let called = format!("{method}(");
            rest[..end].match_indices(&called).any(|(at, _)| {
                let before = rest[..at].chars().next_back();
                before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
            })
        })
        .map(|method| (method.to_uppercase(), filled.clone()))
        .collect()
}

fn unsafe_routes() -> Vec<(Method, String)> {
    let routes = routes();
    let of = |(method, path): (String, String)| (method.parse().unwrap(), path);
    routes
        .into_iter()
        .filter(|(method, _)| method != "GET")
        .map(of)
        .collect()
}

fn pages() -> Vec<String> {
    let routes = routes().into_iter().filter(|(method, _)| method == "GET");
    routes.map(|(_, path)| path).collect()
}

async fn send(browser: &Browser, app: &TestApp, method: Method, path: &str, origin: &str) -> Response {
    let request = browser
        .request(method, path)
        .header("origin", origin.replace("own", &app.url));
    let request = if path.starts_with("/api/") {
        request.json(&serde_json::json!({}))
    } else {
        request.form(&[("theme", "dark")])
    };
    request.send().await.unwrap()
}

async fn is_origin_refused(path: &str, answer: Response) -> bool {
    let status = answer.status();
    let body = answer.text().await.unwrap();
    let says = if path.starts_with("/api/") {
        serde_json::from_str::<Value>(&body).unwrap_or_default()["code"] == "origin_refused"
    } else {
        body.contains("The request came from another site")
    };
    status == 403 && says
}

/// A hash of all that people could notice: every table but those of uses, which reading may note.
async fn fingerprint(app: &TestApp) -> Vec<u8> {
    app.flush().await;
    let options = SqliteConnectOptions::new()
        .filename(app.folder.path().join("flui.db"))
        .read_only(true);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    let mut hash = Sha256::new();
    for (table, columns) in [
        (
            "people",
            "hex(id) || coalesce(name, '') || groups || coalesce(disabled_at, '')",
        ),
        (
            "sign_ins",
            "hex(id) || name || hex(secret_hash) || expires_at || coalesce(ended_at, '')",
        ),
        ("contexts", "name"),
        ("login_attempts", "hex(state_hash)"),
        ("device_logins", "hex(id)"),
        ("spent_bearers", "hex(hash)"),
        ("audit_events", "seq || action || outcome"),
    ] {
        let query = sqlx::AssertSqlSafe(format!("select {columns} from {table} order by 1"));
        for row in sqlx::query(query).fetch_all(&mut database).await.unwrap() {
            hash.update(row.get::<String, _>(0));
        }
    }
    hash.finalize().to_vec()
}

#[tokio::test]
async fn x2_every_unsafe_route_refuses_another_origin() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let routes = unsafe_routes();
    assert!(routes.len() >= 30, "{routes:?}");
    assert!(routes.contains(&(Method::POST, "/auth/logout".to_owned())));
    let with_cookies = routes
        .into_iter()
        .filter(|(_, path)| !WITHOUT_COOKIES.contains(&path.as_str()));
    let before = fingerprint(&app).await;
    let with_cookies: Vec<_> = with_cookies.collect();
    for (method, path) in &with_cookies {
        let answer = send(&browser, &app, method.clone(), path, "https://evil.example").await;
        assert!(is_origin_refused(path, answer).await, "{method} {path}");
    }
    assert_eq!(fingerprint(&app).await, before, "a refused request changed something");
    for (method, path) in &with_cookies {
        // Some of the routes end the session.
        if browser.get("/api/v1/auth/me").await.status() != 200 {
            browser.sign_in("ada").await;
        }
        let answer = send(&browser, &app, method.clone(), path, "own").await;
        assert_ne!(answer.status(), 405, "{method} {path} is a route");
        assert!(!is_origin_refused(path, answer).await, "{method} {path} from here");
    }
}

#[tokio::test]
async fn x3_reading_changes_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let before = fingerprint(&app).await;
    let pages = pages();
    assert!(
        pages.len() >= 40 && pages.contains(&"/keys/new".to_owned()),
        "{pages:?}"
    );
    // A sign-in opens an attempt, and its answer ends one: that is what they are for.
    for path in pages.iter().filter(|path| !path.starts_with("/auth/")) {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let answer = browser.request(method.clone(), path).send().await.unwrap();
            assert!(answer.status().as_u16() < 500, "{method} {path}: {}", answer.status());
        }
    }
    assert_eq!(fingerprint(&app).await, before);
    let theme = [("name", "a"), ("preset", "read-only"), ("expires", "30")];
    browser.post("/keys/new", &theme).await;
    browser.post("/auth/logout", &[]).await;
    assert_ne!(fingerprint(&app).await, before, "what changes something is seen");
}

#[tokio::test]
async fn r3_no_form_is_answered_by_a_redirect_that_repeats_it() {
    let app = TestApp::start().await;
    let mut redirects = 0;
    let (signed_in, stranger) = (app.browser(), app.browser());
    for (method, path) in unsafe_routes() {
        // Some of the routes end the session.
        if signed_in.get("/api/v1/auth/me").await.status() != 200 {
            signed_in.sign_in("ada").await;
        }
        for browser in [&signed_in, &stranger] {
            let answer = send(browser, &app, method.clone(), &path, "own").await;
            let status = answer.status().as_u16();
            assert!(![301, 307, 308].contains(&status), "{method} {path}: {status}");
            redirects += usize::from(status == 303);
        }
    }
    assert!(redirects >= 5, "only {redirects} redirects were seen");
}

/// Every name that something in a query is asked by: in the sources of pages and handlers, and in the description of
/// the API.
fn parameters() -> BTreeSet<String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found: BTreeSet<String> = [
        "return_to",
        "return",
        "state",
        "code",
        "error",
        "error_description",
        "iss",
        "notice",
        "name",
        "scope",
        "context",
        "request",
        "theme",
        "preset",
    ]
    .map(str::to_owned)
    .into();
    let mut folders = vec![workspace.join("web/src"), workspace.join("server/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap_or_default();
            for call in [
                "query.get(\"",
                "query.all(\"",
                "query.filled(\"",
                "of_page().get(\"",
                "of_page().all(\"",
            ] {
                let names = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(names.map(str::to_owned));
            }
        }
    }
    let api: Value = serde_json::from_str(flui_server::openapi()).unwrap();
    for operation in api["paths"].as_object().unwrap().values() {
        let asked = operation["get"]["parameters"].as_array().into_iter().flatten();
        let asked = asked.filter(|parameter| parameter["in"] == "query");
        found.extend(asked.map(|parameter| parameter["name"].as_str().unwrap().to_owned()));
    }
    found
}

#[tokio::test]
async fn r4_no_parameter_breaks_into_the_headers() {
    let app = TestApp::start().await;
    let (ada, stranger) = (app.browser(), app.browser());
    ada.sign_in("ada").await;
    let evil = "%0d%0aSet-Cookie:%20evil=1%0d%0a%0d%0a";
    let names = parameters();
    assert!(
        names.len() >= 25 && names.contains("cursor") && names.contains("text"),
        "{names:?}"
    );
    let query: Vec<_> = names.iter().map(|name| format!("{name}=%2Fa{evil}")).collect();
    let query = query.join("&");
    let mut told = 0;
    for path in pages() {
        for address in [
            format!("{path}?{query}"),
            format!("{path}?return_to=%2Fa{evil}"),
            format!("{}/{evil}", path.trim_end_matches('/')),
        ] {
            for browser in [&ada, &stranger] {
                let answer = browser.get(&address).await;
                for (name, value) in answer.headers() {
                    assert!(name != "evil" && !value.as_bytes().starts_with(b"evil="), "{address}");
                    assert!(!value.as_bytes().iter().any(u8::is_ascii_control), "{address}: {name}");
                }
                assert!(answer.status().as_u16() < 500, "{address}: {}", answer.status());
                let location = answer
                    .headers()
                    .get("location")
                    .map(|value| value.to_str().unwrap().to_lowercase());
                told +=
                    usize::from(location.is_some_and(|location| location.contains("0d") && location.contains("evil")));
            }
        }
    }
    assert!(
        told >= 20,
        "only {told} addresses hold what was sent, in a form that breaks no line"
    );
    assert_eq!(ada.get("/keys").await.status(), 200);
}
