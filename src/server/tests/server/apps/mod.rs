//! Apps: what proxies ask, and sign-in for apps on other hosts.

mod sign_in;
mod sign_out;
mod verify;

use std::sync::OnceLock;

use flui_devidp::Options;
use flui_testkit::{Browser, TestApp, client, location};
use reqwest::{Method, RequestBuilder, Response};

pub(crate) const WIKI: &str = "wiki.example.net";
pub(crate) const GIT: &str = "git.example.net:8443";
const SESSION: &str = "__Host-flui-app";
const START: &str = "__Host-flui-app-start";

const APPS: &str = r#"
[[apps]]
name = "Wiki"
host = "wiki.example.net"
rules = [
    { path = "/", role = "read-only" },
    { path = "/admin", role = "admin" },
    { path = "/api", scope = "apps:look" },
    { path = "/health", public = true },
]

[[apps]]
name = "Git"
host = "git.example.net:8443"
rules = [{ path = "/", role = "user" }]

[[apps]]
name = "Previews"
host = "*.previews.example.net"
address = "https://main.previews.example.net/"
rules = [{ path = "/only", role = "user" }]

[[apps]]
name = "Local"
host = "local.localhost:8080"
address = "http://local.localhost:8080/"
rules = [{ path = "/", role = "user" }]
"#;

/// The file that all tests share.
static FILE: OnceLock<&str> = OnceLock::new();

/// An installation with apps, which believes proxies on this machine.
async fn start() -> TestApp {
    start_with(&[]).await
}

async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    let file = FILE.get_or_init(|| {
        let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/apps.toml");
        std::fs::write(file, APPS).unwrap();
        file
    });
    let mut all = vec![("FLUI_CONFIG", *file), ("FLUI_TRUSTED_PROXIES", "127.0.0.0/8")];
    all.extend(settings);
    TestApp::start_with(&all, Options::default()).await
}

/// What a proxy asks about a GET.
fn ask(app: &TestApp, host: &str, target: &str) -> RequestBuilder {
    ask_with(
        app,
        &[("method", "GET"), ("proto", "https"), ("host", host), ("uri", target)],
    )
}

fn ask_with(app: &TestApp, forwarded: &[(&str, &str)]) -> RequestBuilder {
    let request = app.api(Method::GET, "/auth/verify");
    forwarded.iter().fold(request, |request, (name, value)| {
        request.header(format!("x-forwarded-{name}"), *value)
    })
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

/// What the proxy is told about a browser with the cookie of an app's host.
async fn with_cookie(app: &TestApp, host: &str, target: &str, secret: &str) -> Response {
    send(ask(app, host, target).header("cookie", format!("a=b; {SESSION}={secret}"))).await
}

/// A request to the dashboard on an app's host, as its proxy passes it on.
async fn at_app(app: &TestApp, host: &str, path: &str, cookie: &str) -> Response {
    let request = client().get(format!("{}{path}", app.url)).header("host", host);
    send(request.header("cookie", cookie).header("accept", "text/html")).await
}

/// The value of a cookie that the answer sets.
fn set_cookie(answer: &Response, name: &str) -> Option<String> {
    let all = answer.headers().get_all("set-cookie").iter();
    let pairs = all.filter_map(|value| value.to_str().ok()?.split(';').next()?.split_once('='));
    pairs
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .next()
}

/// Begins the sign-in at an app: the browser's secret, and where it is sent.
async fn begin(app: &TestApp, host: &str, target: &str) -> (String, String) {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("return", target)
        .finish();
    let started = at_app(app, host, &format!("/.flui/start?{query}"), "").await;
    assert_eq!(started.status(), 303);
    (set_cookie(&started, START).unwrap(), location(&started))
}

/// The path and query of an address at an app's host.
fn path_at(address: &str, host: &str) -> String {
    address
        .strip_prefix(&format!("https://{host}"))
        .expect(address)
        .to_owned()
}

/// Goes through the whole sign-in of a browser that is signed in to the dashboard: the secret of the app's cookie, and
/// where the person ends up.
async fn open(app: &TestApp, browser: &Browser, host: &str, target: &str) -> (String, String) {
    let (secret, address) = begin(app, host, target).await;
    let callback = path_at(&location(&browser.get(&address).await), host);
    let answer = at_app(app, host, &callback, &format!("{START}={secret}")).await;
    assert_eq!(answer.status(), 303);
    (set_cookie(&answer, SESSION).unwrap(), location(&answer))
}
