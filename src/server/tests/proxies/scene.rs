//! A dashboard, an app that tells what it was asked, and the proxy before both.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use axum::{Json, Router, extract::Request};
use flui_devidp::Options;
use flui_testkit::{Browser, TestApp, free_address, location};
use reqwest::{Certificate, ClientBuilder, RequestBuilder, Response, redirect::Policy};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::{
    authority::{Authority, certify},
    guides::{Proxy, block, filled},
    start::{self, Running},
};

pub(super) const HOST: &str = "wiki.example.org";

/// Everything, running until it is dropped.
pub(super) struct Scene {
    pub(super) app: TestApp,
    /// Where browsers reach the app: `https://wiki.example.org:PORT`.
    pub(super) url: String,
    authority: Authority,
    port: u16,
    _proxy: Running,
    folder: TempDir,
}

impl Scene {
    pub(super) async fn set(proxy: Proxy) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_address().port();
        let host = format!("{HOST}:{port}");
        let authority = certify(HOST, folder.path());
        let config = folder.path().join("flui.toml");
        let proxies = if proxy == Proxy::Traefik {
            "10.0.0.0/8"
        } else {
            "127.0.0.1/32"
        };
        let toml = filled(
            block(proxy.guide(), "toml"),
            &[
                ("\"wiki.example.org\"", &format!("\"{host}\"")),
                (proxies, "127.0.0.1/32"),
            ],
        );
        std::fs::write(&config, toml).unwrap();
        let settings = [("FLUI_CONFIG", config.to_str().unwrap())];
        let app = TestApp::start_with(&settings, Options::default()).await;
        let wiki = serve_wiki().await.to_string();
        let dashboard = app.url.strip_prefix("http://").unwrap();
        let command = start::command(proxy, folder.path(), port, dashboard, &wiki);
        let scene = Self {
            app,
            url: format!("https://{host}"),
            authority,
            port,
            _proxy: Running::start(command, folder.path()),
            folder,
        };
        scene.wait().await;
        scene
    }

    /// Waits until the proxy leads to the app: what listens may not have read its rules yet.
    async fn wait(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self
            .get("/health")
            .send()
            .await
            .is_ok_and(|answer| answer.status() == 200)
        {
            let log = || std::fs::read_to_string(self.folder.path().join("proxy.log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "the proxy does not start: {}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn trusting(&self, builder: ClientBuilder) -> ClientBuilder {
        let certificate = Certificate::from_pem(self.authority.pem.as_bytes()).unwrap();
        builder
            .tls_certs_only([certificate])
            .resolve(HOST, SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))
    }

    /// A browser that finds the app.
    pub(super) fn browser(&self) -> Browser {
        self.app.browser_with(|builder| self.trusting(builder))
    }

    /// A request to the app by a program.
    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        let builder = reqwest::Client::builder().redirect(Policy::none()).no_proxy();
        let client = self.trusting(builder).build().unwrap();
        client.get(format!("{}{path}", self.url))
    }

    /// Opens a page of the app as a person does, signing in on the way if need be, and gives what the app was asked.
    pub(super) async fn open(&self, browser: &Browser, path: &str, login: &str) -> Asked {
        let mut address = format!("{}{path}", self.url);
        for _ in 0..12 {
            let answer = navigate(browser, &address).await;
            if answer.status() == 200 {
                return Asked::read(answer).await;
            }
            let next = location(&answer);
            address = if next.starts_with(self.app.idp.issuer()) {
                browser.prove(&next, login).await
            } else if next.starts_with('/') {
                url::Url::parse(&absolute(&self.app.url, &address))
                    .unwrap()
                    .join(&next)
                    .unwrap()
                    .into()
            } else {
                next
            };
        }
        panic!("the sign-in turns in a circle");
    }
}

fn absolute(base: &str, address: &str) -> String {
    if address.starts_with('/') {
        format!("{base}{address}")
    } else {
        address.to_owned()
    }
}

/// What a browser sends when a person opens an address.
pub(super) async fn navigate(browser: &Browser, address: &str) -> Response {
    let request = browser.request_get(address).header("sec-fetch-mode", "navigate");
    request.header("sec-fetch-dest", "document").send().await.unwrap()
}

/// What reached the app.
#[derive(Debug)]
pub(super) struct Asked(Value);

impl Asked {
    pub(super) async fn read(answer: Response) -> Self {
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
        Self(answer.json().await.unwrap())
    }

    pub(super) fn uri(&self) -> &str {
        self.0["uri"].as_str().unwrap()
    }

    /// All values of a header, joined; empty when there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        self.0["headers"][name].as_str().unwrap_or_default()
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.0["headers"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect()
    }

    pub(super) fn everything(&self) -> String {
        self.0.to_string()
    }
}

/// The app: answers with what it was asked.
async fn serve_wiki() -> SocketAddr {
    let answer = async |request: Request| {
        let mut headers = Map::new();
        for (name, value) in request.headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            let all = headers.entry(name.as_str()).or_insert_with(|| json!(""));
            let joined = [all.as_str().unwrap(), &value].join("");
            *all = json!(joined);
        }
        Json(json!({ "uri": request.uri().to_string(), "headers": headers }))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    address
}
