//! Everything that handlers share, put together once from the configuration.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRef;
use flui_identity::{Clock, Identity, Policy, Random, RolePolicy, Sealing, Store};
use flui_oidc::{RelyingParty, Settings, SettingsError};
use flui_store::{Database, OpenError};
use flui_web::PageSettings;
use governor::clock::DefaultClock;
use leptos::config::LeptosOptions;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use crate::{
    assets::{self, AssetsError},
    config::{Config, DatabaseUrl},
    middleware::{buckets::Buckets, cookies::CookieNames},
    outbound::Outbound,
    random::SystemRandom,
};

/// What handlers share, behind one count of references: every layer holds a copy, and the router copies its layers for
/// every request.
#[derive(Clone)]
pub struct App(Arc<Shared>);

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// See [`App`].
pub struct Shared {
    pub(crate) config: Arc<Config>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) relying_party: Arc<RelyingParty>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// Seals secrets in the database; none without keys, and then whatever needs it is off.
    pub(crate) sealing: Option<Sealing>,
    pub(crate) leptos: LeptosOptions,
    pub(crate) page_settings: Arc<PageSettings>,
    /// How much of what everybody may still do.
    pub(crate) buckets: Buckets,
    /// The way to addresses that administrators typed.
    pub(crate) outbound: Outbound,
    pub(crate) cookies: CookieNames,
    /// `https://app.example.org`, as browsers write an origin.
    pub(crate) public_origin: Arc<str>,
    /// `app.example.org`, with the port if it is not the scheme's own.
    pub(crate) public_host: Arc<str>,
    /// Cancelled when the process is asked to stop.
    pub(crate) stopping: CancellationToken,
}

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The provider's settings cannot be used.
    #[error(transparent)]
    Provider(#[from] SettingsError),
    /// The site folder cannot be used.
    #[error(transparent)]
    Assets(#[from] AssetsError),
    /// The state folder cannot be made.
    #[error("The state folder {0} cannot be made: {1}")]
    StateDir(String, std::io::Error),
    /// Metrics cannot be kept.
    #[error("Metrics cannot be kept: {0}")]
    Metrics(String),
    /// The address cannot be listened on.
    #[error("Nothing can be served at {0}: {1}. Choose another address, or end what uses this one.")]
    Listen(std::net::SocketAddr, std::io::Error),
}

impl App {
    /// Opens the database, prepares the relying party and reads the site folder. Calls no provider: the server starts
    /// without it.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        std::fs::create_dir_all(&config.state_dir)
            .map_err(|error| StartError::StateDir(config.state_dir.display().to_string(), error))?;
        let database = database(&config.database);
        let store = if config.webhook.is_some() {
            flui_store::open_with_webhook(&database).await?
        } else {
            flui_store::open(&database).await?
        };
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let relying_party = RelyingParty::new(provider_settings(&config), clock.clone(), random.clone())?;
        let assets = assets::read(&config.site_dir)?;
        let identity = Identity::new(store.clone(), clock.clone(), random.clone(), policy(&config));
        let origin = config.public_url.origin().ascii_serialization();
        let host = origin
            .split_once("://")
            .map_or(origin.as_str(), |(_, host)| host)
            .to_owned();
        Ok(Self(Arc::new(Shared {
            identity: Arc::new(identity),
            relying_party: Arc::new(relying_party),
            store,
            clock,
            sealing: Sealing::new(config.sealing_keys.clone(), random.clone()),
            random,
            leptos: assets.leptos,
            page_settings: Arc::new(page_settings(&config, &origin, assets.css_path)),
            buckets: Buckets::new(DefaultClock::default()),
            outbound: outbound(&config)?,
            cookies: CookieNames::for_scheme(config.public_url.scheme() == "https"),
            public_origin: origin.into(),
            public_host: host.into(),
            stopping: CancellationToken::new(),
            config: Arc::new(config),
        })))
    }

    /// The provider's origins, as `form-action` lists them: a leading space before each.
    pub(crate) fn form_targets(&self) -> String {
        self.relying_party
            .browser_origins()
            .into_iter()
            .fold(String::new(), |list, origin| list + " " + &origin)
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}

/// The store's name for the configured database.
pub(crate) fn database(url: &DatabaseUrl) -> Database {
    match url {
        DatabaseUrl::Sqlite(path) => Database::Sqlite(path.clone()),
        DatabaseUrl::Postgres(url) => Database::Postgres(url.expose_secret().to_owned()),
    }
}

pub(crate) fn provider_settings(config: &Config) -> Settings {
    let oidc = &config.oidc;
    Settings {
        issuer: oidc.issuer.clone(),
        client_id: oidc.client_id.clone(),
        client_secret: oidc.client_secret.clone(),
        cli_client_id: oidc.cli_client_id.clone(),
        scopes: oidc.scopes.clone(),
        // Without a key to seal it with, no refresh token could be kept.
        offline_access: !config.sealing_keys.is_empty(),
        registration_token: oidc.registration_token.clone(),
        audiences: oidc.audiences.clone(),
        ca_file: oidc.ca_file.clone(),
        public_url: config.public_url.clone(),
        roles_claim: config.roles.claim.clone(),
    }
}

/// Whoever has a private authority for the provider has one for its installations too.
fn outbound(config: &Config) -> Result<Outbound, SettingsError> {
    let outbound = Outbound::new(&config.outbound_allow_private);
    Ok(match &config.oidc.ca_file {
        Some(path) => outbound.trusting(flui_oidc::certificates(path)?),
        None => outbound,
    })
}

fn policy(config: &Config) -> Policy {
    Policy {
        session_idle: config.session.idle,
        session_absolute: config.session.absolute,
        keys_max_age: config.keys.max_age,
        workstation_age: config.keys.workstation_age,
        fresh_sign_in: config.fresh_sign_in,
        roles: RolePolicy {
            admin: config.roles.admin.clone(),
            readonly: config.roles.readonly.clone(),
        },
    }
}

fn page_settings(config: &Config, origin: &str, css_path: String) -> PageSettings {
    let issuer = url::Url::parse(&config.oidc.issuer).ok();
    let provider_host = issuer
        .and_then(|issuer| {
            let host = issuer.host_str()?.to_owned();
            Some(
                issuer
                    .port()
                    .map_or_else(|| host.clone(), |port| format!("{host}:{port}")),
            )
        })
        .unwrap_or_else(|| config.oidc.issuer.clone());
    PageSettings {
        provider_host,
        account_url: config.account_url.as_ref().map(ToString::to_string),
        public_url: origin.to_owned(),
        css_path,
        apps: config.apps.clone(),
        registers_apps: config.oidc.registration_token.is_some(),
        seals: !config.sealing_keys.is_empty(),
        keys_max_days: u32::try_from(config.keys.max_age.as_secs() / 86_400).unwrap_or(u32::MAX),
    }
}
