//! What an operator may set, read once at the start.
//!
//! Flags win over `FLUI_*` variables, which win over the TOML file, which wins over the defaults. Every fault is found
//! before anything is reported, so that one start names all there is to mend. A name this program does not know is
//! refused: a misspelt limit must not silently be the default. Relative paths start at the working directory.
//!
//! To add a key:
//! 1. add a row to [`KEYS`], in its section;
//! 2. add the field to [`Config`];
//! 3. read it in `load.rs`, with a parser from `values.rs`;
//! 4. add its bad values to `tests/refusals.rs`, with a good twin.

mod apps;
mod files;
mod keys;
mod load;
mod report;
mod sources;
mod spelling;
#[cfg(test)]
mod tests;
mod values;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use flui_identity::{SealingKey, apps::Apps};
use ipnet::IpNet;
use secrecy::{SecretSlice, SecretString};
use url::Url;

pub use keys::{Fallback, KEYS, Key, Secrecy};
pub use load::{environment, load};
pub use report::{Fault, Faults};

/// The few settings that are worth a flag. All others come by variable or file.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Flags {
    /// Configuration file in TOML [environment: `FLUI_CONFIG`]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Address and port to listen on [environment: `FLUI_LISTEN`]
    #[arg(long, value_name = "ADDRESS:PORT", global = true)]
    pub listen: Option<String>,
    /// Where browsers reach the dashboard [environment: `FLUI_PUBLIC_URL`]
    #[arg(long, value_name = "URL", global = true)]
    pub public_url: Option<String>,
    /// Database. A password is safer in the environment, since flags show in process lists [environment: `FLUI_DATABASE_URL`]
    #[arg(long, value_name = "URL", global = true)]
    pub database_url: Option<SecretString>,
    /// Folder for everything the dashboard keeps [environment: `FLUI_STATE_DIR`]
    #[arg(long, value_name = "FOLDER", global = true)]
    pub state_dir: Option<String>,
}

/// A configuration in which every rule of this module holds. Only [`load`] makes one.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where browsers reach the dashboard: an origin without path, https unless on loopback.
    pub public_url: Url,
    /// Where the dashboard listens.
    pub listen: SocketAddr,
    /// Where figures are served; `None` serves none.
    pub metrics_listen: Option<SocketAddr>,
    /// Folder for everything the dashboard keeps; absolute.
    pub state_dir: PathBuf,
    /// Folder of the built scripts and styles; absolute.
    pub site_dir: PathBuf,
    /// The database.
    pub database: DatabaseUrl,
    /// Keys that seal secrets in the database, the one that seals first. Ids and keys are unique. Empty: what needs them
    /// is off.
    pub sealing_keys: Vec<SealingKey>,
    /// The provider and the dashboard's clients there.
    pub oidc: Oidc,
    /// Which of the provider's roles mean what.
    pub roles: Roles,
    /// The provider's own page for password, second factor and profile.
    pub account_url: Option<Url>,
    /// How long a browser stays signed in.
    pub session: Session,
    /// How long keys live.
    pub keys: Keys,
    /// Networks whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How recent a sign-in must be to create keys or to act as an admin.
    pub fresh_sign_in: Duration,
    /// Networks that outgoing calls may reach although they are not public.
    pub outbound_allow_private: Vec<IpNet>,
    /// Where ends of keys are told; `None` tells nobody.
    pub webhook: Option<Webhook>,
    /// The form of the log.
    pub log: LogFormat,
    /// What proxies protect, and who may open it. Only the file can name them.
    pub apps: Apps,
    /// What `redacted` prints, in the order of `KEYS`.
    shown: Vec<report::Shown>,
}

impl Config {
    /// Whether browsers come over plain http, which the rules allow on loopback alone.
    pub fn is_loopback_http(&self) -> bool {
        self.public_url.scheme() == "http"
    }

    /// The configuration as TOML, each value with a comment that says where it came from, and with `<redacted>` in
    /// place of every secret.
    pub fn redacted(&self) -> String {
        report::toml(&self.shown) + &report::apps(&self.apps)
    }
}

/// Which database, and where.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// The embedded database, in this file; absolute.
    Sqlite(PathBuf),
    /// PostgreSQL at this address, which may hold a password.
    Postgres(SecretString),
}

/// The provider and the dashboard's clients there.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// The provider's issuer, byte for byte as written: it is compared and never normalised (OpenID Connect
    /// Discovery 1.0 section 4.3).
    pub issuer: String,
    /// The dashboard's own, confidential client.
    pub client_id: String,
    /// That client's secret.
    pub client_secret: SecretString,
    /// The public native client of the command line.
    pub cli_client_id: String,
    /// Scopes asked for at sign-in; `openid` is among them.
    pub scopes: Vec<String>,
    /// Audiences of access tokens accepted at the exchange besides the two clients.
    pub audiences: Vec<String>,
    /// Certificates, in PEM, of a private authority that signs the provider's.
    pub ca_file: Option<PathBuf>,
    /// The initial access token with which apps are registered at the provider; `None` registers none.
    pub registration_token: Option<SecretString>,
}

/// Which of the provider's roles mean what. A person with none of them is a user.
#[derive(Clone, Debug)]
pub struct Roles {
    /// The claim that holds a person's roles.
    pub claim: String,
    /// Values that make an admin.
    pub admin: Vec<String>,
    /// Values that make a reader.
    pub readonly: Vec<String>,
}

/// How long a browser stays signed in.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// Longest pause between two requests.
    pub idle: Duration,
    /// Longest life in all, never shorter than `idle`.
    pub absolute: Duration,
}

/// How long keys live.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// Longest life anybody may ask for.
    pub max_age: Duration,
    /// Life of a key that the command line gets, never longer than `max_age`.
    pub workstation_age: Duration,
}

/// Where ends of keys are told, and how the receiver knows that we told them.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The receiver: https, or http on an allowed private address.
    pub url: Url,
    /// The key of the signature, at least 24 bytes.
    pub secret: SecretSlice<u8>,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// Lines for people.
    Pretty,
}
