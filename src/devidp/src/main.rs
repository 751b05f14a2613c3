//! `flui-devidp`: the development provider as a process of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use flui_devidp::{AccessTokens, Algorithm, Client, DevIdp, Options, People};
use tracing_subscriber::EnvFilter;

/// An OpenID provider for development: loopback only, everything in memory.
#[derive(Parser)]
#[command(name = "flui-devidp", version)]
struct Flags {
    /// Where to listen: a loopback address
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9400")]
    listen: SocketAddr,

    /// A TOML file of [[person]] tables in place of the built-in people
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,

    /// Id of the confidential client
    #[arg(long, value_name = "ID", default_value = "flui-dashboard")]
    client_id: String,

    /// Secret of the confidential client
    #[arg(
        long,
        value_name = "SECRET",
        env = "FLUI_DEVIDP_CLIENT_SECRET",
        hide_env_values = true,
        default_value = "dev-secret"
    )]
    client_secret: String,

    /// Where the confidential client may be answered; may be repeated
    #[arg(
        long = "redirect-uri",
        value_name = "URI",
        default_values = ["http://127.0.0.1:3000/auth/callback", "http://localhost:3000/auth/callback"]
    )]
    redirect_uris: Vec<String>,

    /// Where browsers may go after signing out; may be repeated
    #[arg(
        long = "post-logout-redirect-uri",
        value_name = "URI",
        default_values = ["http://127.0.0.1:3000/", "http://localhost:3000/"]
    )]
    post_logout_redirect_uris: Vec<String>,

    /// Where the confidential client receives logout tokens
    #[arg(
        long,
        value_name = "URI",
        default_value = "http://127.0.0.1:3000/auth/backchannel-logout"
    )]
    backchannel_logout_uri: String,

    /// Token with which applications are registered; empty offers no registration
    #[arg(
        long,
        value_name = "TOKEN",
        env = "FLUI_DEVIDP_REGISTRATION_TOKEN",
        hide_env_values = true,
        default_value = "dev-registration-token"
    )]
    registration_token: String,

    /// Id of the public native client, answered at /callback on any loopback port
    #[arg(long, value_name = "ID", default_value = "flui-cli")]
    cli_client_id: String,

    #[arg(
        long,
        value_name = "NAME",
        default_value = "ES256",
        help = "What tokens are signed with: ES256, RS256 or EdDSA"
    )]
    algorithm: Algorithm,

    /// Send groups as Zitadel's role map too
    #[arg(long)]
    role_map: bool,

    /// Issue opaque access tokens in place of JWTs
    #[arg(long)]
    opaque: bool,

    /// Serve /control/…, with which tests change people, keys and clock
    #[arg(long)]
    control: bool,
}

impl Flags {
    fn options(self) -> anyhow::Result<Options> {
        let people = match &self.people {
            None => People::built_in(),
            Some(path) => fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?
                .parse()
                .with_context(|| format!("in {}", path.display()))?,
        };
        let dashboard = Client {
            id: self.client_id,
            secret: Some(self.client_secret),
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            backchannel_logout_uri: Some(self.backchannel_logout_uri),
        };
        let cli = Client {
            id: self.cli_client_id,
            secret: None,
            redirect_uris: ["localhost", "127.0.0.1", "[::1]"]
                .map(|host| format!("http://{host}/callback"))
                .to_vec(),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
        };
        Ok(Options {
            listen: self.listen,
            people,
            clients: vec![dashboard, cli],
            registration_token: Some(self.registration_token).filter(|token| !token.is_empty()),
            algorithm: self.algorithm,
            role_map: self.role_map,
            access_tokens: if self.opaque {
                AccessTokens::Opaque
            } else {
                AccessTokens::Jwt
            },
            ..Options::default()
        })
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Already installed means installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let flags = Flags::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();

    let with_control = flags.control;
    let options = flags.options()?;
    let provider = if with_control {
        flui_devidp::start(options).await?
    } else {
        flui_devidp::start_without_control(options).await?
    };
    announce(&provider);
    asked_to_stop().await?;
    provider.stop().await;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "whoever started the process waits for this line")]
fn announce(provider: &DevIdp) {
    println!("devidp ready at {}", provider.issuer());
}

/// Returns on Ctrl-C, and on SIGTERM where there is one.
async fn asked_to_stop() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}
