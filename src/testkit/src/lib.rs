//! A whole installation for tests: the real server on a database of its own, the development provider beside it, and
//! browsers that click their way through both. Tests own the clock.
#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    reason = "a test that cannot set its scene should stop right there"
)]

mod browser;
mod clock;
mod port;
mod postgres;
mod replica;

use std::{net::SocketAddr, sync::Arc, time::Duration};

pub use browser::{Browser, location, see_other};
pub use clock::TestClock;
use flui_devidp::{Client, DevIdp, Options};
use flui_model::api_keys::{CreateApiKey, CreatedApiKey};
use flui_server::{
    App, Served,
    config::{self, Flags},
    serve,
};
pub use port::free_address;
pub use postgres::postgres_database;
pub use replica::Replica;
use reqwest::{ClientBuilder, Method, RequestBuilder};
use tempfile::TempDir;

/// The client id of the dashboard at the provider.
pub const CLIENT_ID: &str = "flui-dashboard";
/// The client id of the command line at the provider.
pub const CLI_CLIENT_ID: &str = "flui-cli";
/// The dashboard's secret at the provider.
pub const CLIENT_SECRET: &str = "dev-secret";

/// A server, its provider and its database.
pub struct TestApp {
    /// The dashboard's public address, without a slash at its end.
    pub url: String,
    /// The provider.
    pub idp: DevIdp,
    /// The clock of the server.
    pub clock: Arc<TestClock>,
    /// The folder with the database `flui.db`.
    pub folder: TempDir,
    served: Option<Served>,
    pairs: Vec<(String, String)>,
}

impl TestApp {
    /// An installation on SQLite in a folder of its own.
    pub async fn start() -> Self {
        Self::start_with(&[], Options::default()).await
    }

    /// The same with settings on top, such as `("FLUI_SESSION_IDLE", "5m")`, and a provider made to measure: its people
    /// and algorithm are taken over, its clients are filled in.
    pub async fn start_with(settings: &[(&str, &str)], provider: Options) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("pkg")).expect("the site folder can be made");
        let manifest = r#"{"outputName":"flui-test","css":"/pkg/flui-test.css"}"#;
        std::fs::write(site.join("assets.json"), manifest).expect("the manifest can be written");

        let listen = free_address();
        let url = format!("http://{listen}");
        let clients = vec![
            Client {
                id: CLIENT_ID.to_owned(),
                secret: Some(CLIENT_SECRET.to_owned()),
                redirect_uris: vec![format!("{url}/auth/callback")],
                post_logout_redirect_uris: vec![format!("{url}/")],
                backchannel_logout_uri: Some(format!("{url}/auth/backchannel-logout")),
            },
            Client {
                id: CLI_CLIENT_ID.to_owned(),
                secret: None,
                redirect_uris: vec!["http://localhost/callback".to_owned()],
                post_logout_redirect_uris: Vec::new(),
                backchannel_logout_uri: None,
            },
        ];
        let idp = flui_devidp::start(Options { clients, ..provider })
            .await
            .expect("the provider starts");

        let text = |path: &std::path::Path| path.display().to_string();
        let mut pairs: Vec<(String, String)> = [
            ("FLUI_PUBLIC_URL", url.clone()),
            ("FLUI_LISTEN", listen.to_string()),
            ("FLUI_STATE_DIR", text(folder.path())),
            ("FLUI_SITE_DIR", text(&site)),
            ("FLUI_OIDC_ISSUER", idp.issuer().to_owned()),
            ("FLUI_OIDC_CLIENT_ID", CLIENT_ID.to_owned()),
            ("FLUI_OIDC_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("FLUI_OIDC_CLI_CLIENT_ID", CLI_CLIENT_ID.to_owned()),
            ("FLUI_ADMIN_ROLES", "flui-admins".to_owned()),
            ("FLUI_READONLY_ROLES", "flui-viewers".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        for (name, value) in settings {
            pairs.retain(|(known, _)| known != name);
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
        let mut app = Self {
            url,
            idp,
            clock: Arc::default(),
            folder,
            served: None,
            pairs,
        };
        app.serve().await;
        app
    }

    async fn serve(&mut self) {
        self.served = Some(self.serve_at(None).await);
    }

    /// Serves where the settings say, or elsewhere.
    async fn serve_at(&self, listen: Option<SocketAddr>) -> Served {
        let mut config =
            config::load(&Flags::default(), self.pairs.clone().into_iter()).expect("the test's configuration is good");
        config.listen = listen.unwrap_or(config.listen);
        let app = App::open(config, self.clock.clone()).await.expect("the server opens");
        serve(app).await.expect("the server starts")
    }

    /// Starts a second server on the same database, which must be PostgreSQL.
    pub async fn replica(&self) -> Replica {
        let address = free_address();
        Replica::new(address, &self.url, self.serve_at(Some(address)).await)
    }

    /// The settings of the server, as environment variables, for a process of its own.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Stops the server and starts it anew on the same database.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.serve().await;
    }

    /// The same with another value for a setting.
    pub async fn restart_with(&mut self, name: &str, value: &str) {
        self.pairs.retain(|(known, _)| known != name);
        self.pairs.push((name.to_owned(), value.to_owned()));
        self.restart().await;
    }

    /// Stops the server. The provider goes on.
    pub async fn stop(&mut self) {
        if let Some(served) = self.served.take() {
            served.stop();
            served.stopped().await.expect("the server stops cleanly");
        }
    }

    /// Writes the noted uses now, as the server does every few seconds.
    pub async fn flush(&self) {
        if let Some(served) = &self.served {
            served.flush_uses().await;
        }
    }

    /// Asks the provider about the owners of keys now, as the server does every night.
    pub async fn check_owners(&self) {
        if let Some(served) = &self.served {
            served.check_owners().await;
        }
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// The same with something of its own, such as the names of hosts that only it finds.
    pub fn browser_with(&self, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Browser {
        Browser::with(&self.url, change)
    }

    /// A request to the API without any credential.
    pub fn api(&self, method: Method, path: &str) -> RequestBuilder {
        client().request(method, format!("{}{path}", self.url))
    }

    /// A request to the API with a bearer.
    pub fn api_as(&self, bearer: &str, method: Method, path: &str) -> RequestBuilder {
        self.api(method, path).bearer_auth(bearer)
    }

    /// Signs a person in at the provider for the command line, and gives their ID token.
    pub async fn bearer(&self, login: &str) -> String {
        let tokens = browser::cli_tokens(self.idp.issuer(), login).await;
        tokens["id_token"].as_str().expect("an ID token").to_owned()
    }

    /// The same, but the access token, which Flui's own command line sends.
    pub async fn access_token(&self, login: &str) -> String {
        let tokens = browser::cli_tokens(self.idp.issuer(), login).await;
        tokens["access_token"].as_str().expect("an access token").to_owned()
    }

    /// A workstation key for a person, by the exchange.
    pub async fn workstation_key(&self, login: &str, machine: &str) -> CreatedApiKey {
        let body = CreateApiKey {
            name: machine.to_owned(),
            unscoped: Some(true),
            machine: Some(flui_model::api_keys::Machine {
                name: machine.to_owned(),
                os: "Linux".to_owned(),
            }),
            ..CreateApiKey::default()
        };
        let bearer = self.bearer(login).await;
        let answer = self
            .api_as(&bearer, Method::POST, "/api/v1/auth/api-keys")
            .json(&body)
            .send()
            .await
            .expect("the server answers");
        assert_eq!(answer.status(), 201, "{:?}", answer.text().await);
        answer.json().await.expect("the answer is a created key")
    }
}

/// A client that keeps no cookies and follows no redirects.
pub fn client() -> reqwest::Client {
    builder().build().expect("a client can be made")
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(20))
        .no_proxy()
}
