//! A dashboard, an app that tells what it was asked, and the proxy before both.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
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
    _folder: TempDir,
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Scene {
    pub(super) async fn set(proxy: Proxy) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_address().port();
        let host = format!("{HOST}:{port}");
        let authority = certify(HOST, folder.path());
        let config = folder.path().join("flui.toml");
        let toml = filled(
            block(proxy.guide(), "toml"),
            &[("\"wiki.example.org\"", &format!("\"{host}\""))],
        );
        std::fs::write(&config, toml).unwrap();
        let settings = [("FLUI_CONFIG", config.to_str().unwrap())];
        let app = TestApp::start_with(&settings, Options::default()).await;
        let wiki = serve_wiki().await.to_string();
        let dashboard = app.url.strip_prefix("http://").unwrap();
        let command = match proxy {
            Proxy::Nginx => nginx(folder.path(), port, dashboard, &wiki),
            Proxy::Caddy => caddy(folder.path(), &host, dashboard, &wiki),
        };
        let proxy = Running(start(command, folder.path()));
        wait_for(port, folder.path()).await;
        Self {
            app,
            url: format!("https://{host}"),
            authority,
            port,
            _proxy: proxy,
            _folder: folder,
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

fn nginx(folder: &Path, port: u16, dashboard: &str, wiki: &str) -> Command {
    let at = |name: &str| folder.join(name).display().to_string();
    let guide = filled(
        block(Proxy::Nginx.guide(), "nginx"),
        &[
            ("listen 443 ssl", &format!("listen 127.0.0.1:{port} ssl")),
            ("127.0.0.1:3000", dashboard),
            ("127.0.0.1:8080", wiki),
            ("/etc/ssl/wiki.example.org.pem", &at("app.pem")),
            ("/etc/ssl/wiki.example.org.key", &at("app.key")),
        ],
    );
    let own = folder.display();
    let text = format!(
        "daemon off;\nmaster_process off;\npid {own}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n\
         client_body_temp_path {own}/body;\nproxy_temp_path {own}/proxy;\nfastcgi_temp_path {own}/fastcgi;\n\
         uwsgi_temp_path {own}/uwsgi;\nscgi_temp_path {own}/scgi;\n{guide}\n}}\n"
    );
    let file = folder.join("nginx.conf");
    std::fs::write(&file, text).unwrap();
    let mut command = Command::new("nginx");
    command
        .arg("-e")
        .arg("stderr")
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(file);
    command
}

fn caddy(folder: &Path, host: &str, dashboard: &str, wiki: &str) -> Command {
    let guide = filled(
        block(Proxy::Caddy.guide(), "caddyfile"),
        &[
            (
                "wiki.example.org {",
                &format!("{host} {{\n\tbind 127.0.0.1\n\ttls app.pem app.key"),
            ),
            ("127.0.0.1:3000", dashboard),
            ("127.0.0.1:8080", wiki),
        ],
    );
    let file = folder.join("Caddyfile");
    let global = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n";
    std::fs::write(&file, format!("{global}{guide}\n")).unwrap();
    let mut command = Command::new("caddy");
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(file)
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder);
    command
}

fn start(mut command: Command, folder: &Path) -> Child {
    let log = std::fs::File::create(folder.join("proxy.log")).unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let name = command.get_program().display().to_string();
    command
        .spawn()
        .unwrap_or_else(|error| panic!("{name} cannot be started ({error}): cargo xtask test installs it"))
}

async fn wait_for(port: u16, folder: &Path) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        let log = || std::fs::read_to_string(folder.join("proxy.log")).unwrap_or_default();
        assert!(Instant::now() < deadline, "the proxy does not start: {}", log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
