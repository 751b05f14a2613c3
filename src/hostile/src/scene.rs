use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use flui_devidp::{AccessTokens, Algorithm, Client, Control, DevIdp, Options};
use serde_json::Value;

use crate::{
    Fault, Installation, expect,
    visitor::{NATIVE_REDIRECT, Visitor},
};

/// Another application of the same provider.
pub(crate) const ANOTHER_APPLICATION: &str = "a-game";
/// A program that signs in by itself.
pub(crate) const MACHINE: &str = "a-machine";
/// The dashboard's secret at the provider, which lives in this process and for this run alone, on loopback.
pub(crate) const SECRET: &str = "known-to-the-hostile-provider-alone";
/// Longer than the installation may take for anything.
const TIMEOUT: Duration = Duration::from_secs(40);

/// How the provider is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Make {
    /// Signs by ES256.
    Es256,
    /// Signs by RS256.
    Rs256,
    /// Gives opaque access tokens.
    Opaque,
}

/// The provider, before an installation asks it.
pub(crate) struct Provider {
    idp: DevIdp,
}

impl Provider {
    pub(crate) async fn start(installation: &impl Installation, make: Make) -> Result<Self, Fault> {
        let origin = installation.public_url().origin().ascii_serialization();
        let native = |id: &str| Client {
            id: id.to_owned(),
            secret: None,
            redirect_uris: vec![NATIVE_REDIRECT.to_owned()],
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
        };
        let confidential = |id: &str| Client {
            id: id.to_owned(),
            secret: Some(SECRET.to_owned()),
            redirect_uris: vec![format!("{origin}/auth/callback")],
            post_logout_redirect_uris: vec![format!("{origin}/")],
            backchannel_logout_uri: None,
        };
        let idp = flui_devidp::start_without_control(Options {
            clients: vec![
                confidential(installation.client_id()),
                native(installation.cli_client_id()),
                native(ANOTHER_APPLICATION),
                confidential(MACHINE),
            ],
            algorithm: match make {
                Make::Rs256 => Algorithm::Rs256,
                Make::Es256 | Make::Opaque => Algorithm::Es256,
            },
            access_tokens: match make {
                Make::Opaque => AccessTokens::Opaque,
                Make::Es256 | Make::Rs256 => AccessTokens::Jwt,
            },
            ..Options::default()
        })
        .await?;
        Ok(Self { idp })
    }

    pub(crate) fn issuer(&self) -> &str {
        self.idp.issuer()
    }

    pub(crate) fn switch_on(&self, switches: &[&str]) -> Result<(), Fault> {
        let control = self.idp.control();
        switches.iter().try_for_each(|name| Ok(control.switch_on(name)?))
    }

    /// The scene, once an installation listens at this address.
    pub(crate) fn scene(&self, installation: &impl Installation, address: SocketAddr) -> Result<Scene, Fault> {
        let origin = installation.public_url().origin().ascii_serialization();
        let host = origin.split_once("://").map_or(&*origin, |(_, host)| host).to_owned();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            // A connection that a refusal has closed must not meet the next request.
            .pool_max_idle_per_host(0)
            .no_proxy()
            .build()?;
        Ok(Scene {
            control: self.idp.control(),
            issuer: self.idp.issuer().to_owned(),
            client_id: installation.client_id().to_owned(),
            cli_client_id: installation.cli_client_id().to_owned(),
            address,
            origin,
            host,
            http,
            visitors: AtomicU32::new(0),
        })
    }
}

/// Provider and installation, as the cases see them.
pub(crate) struct Scene {
    pub(crate) control: Control,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) cli_client_id: String,
    /// Where the installation listens.
    pub(crate) address: SocketAddr,
    /// The origin of its public address.
    pub(crate) origin: String,
    /// The host of its public address.
    pub(crate) host: String,
    pub(crate) http: reqwest::Client,
    visitors: AtomicU32,
}

impl Scene {
    /// An address of the network for documentation and benchmarks (RFC 2544) that no visitor has had.
    pub(crate) fn next_address(&self) -> String {
        let number = self.visitors.fetch_add(1, Ordering::Relaxed);
        let [_, _, high, low] = number.to_be_bytes();
        format!("198.18.{high}.{low}")
    }

    pub(crate) fn visitor(&self) -> Visitor<'_> {
        Visitor::new(self)
    }

    pub(crate) fn calls(&self) -> Calls {
        Calls(self.control.calls())
    }
}

/// Requests that the provider has received, by path.
pub(crate) struct Calls(BTreeMap<String, u64>);

pub(crate) const TOKEN: &str = "/oauth/v2/token";
pub(crate) const KEY_SET: &str = "/oauth/v2/keys";
pub(crate) const USERINFO: &str = "/oidc/v1/userinfo";
pub(crate) const INTROSPECTION: &str = "/oauth/v2/introspect";
const TRAP: &str = "/trap";

impl Calls {
    pub(crate) fn of(&self, path: &str) -> u64 {
        self.0.get(path).copied().unwrap_or(0)
    }

    /// None of these was called since, and nobody ever followed a redirect.
    pub(crate) fn check_untouched(&self, scene: &Scene, paths: &[&str]) -> Result<(), Fault> {
        let now = scene.calls();
        for path in paths.iter().chain(&[TRAP]) {
            let more = now.of(path) - self.of(path);
            expect(more == 0, || {
                format!("{more} calls to {path} that should not have been made")
            })?;
        }
        Ok(())
    }
}

/// The audit log as an admin reads it.
pub(crate) struct Auditor<'a> {
    admin: Visitor<'a>,
    seen: i64,
}

impl<'a> Auditor<'a> {
    /// Reads what is written from now on.
    pub(crate) async fn new(scene: &'a Scene) -> Result<Self, Fault> {
        let mut auditor = Self::of_all(scene).await?;
        auditor.news().await?;
        Ok(auditor)
    }

    /// Reads also what was written before.
    pub(crate) async fn of_all(scene: &'a Scene) -> Result<Self, Fault> {
        let mut admin = scene.visitor();
        admin
            .sign_in("ada")
            .await
            .map_err(|fault| Fault::new(format!("the admin cannot sign in: {fault}")))?;
        Ok(Self { admin, seen: 0 })
    }

    /// What was written since this was asked last, oldest first.
    pub(crate) async fn news(&mut self) -> Result<Vec<Value>, Fault> {
        let body = self.admin.get("/api/v1/audit/events?limit=100").await?.json()?;
        let rows = body["items"]
            .as_array()
            .ok_or_else(|| Fault::new("the admin may not read the audit log"))?;
        let place = |row: &Value| row["seq"].as_i64().unwrap_or(0);
        let mut news: Vec<Value> = rows.iter().filter(|row| place(row) > self.seen).cloned().collect();
        news.reverse();
        self.seen = news.last().map_or(self.seen, place);
        Ok(news)
    }

    /// Every refusal since was of this action and for this reason, and there was one at least; none without a reason.
    pub(crate) async fn check_all_refused(&mut self, action: &str, reason: Option<&str>) -> Result<(), Fault> {
        let news = self.news().await?;
        let refused: Vec<_> = news.iter().filter(|row| row["outcome"] == "refused").collect();
        let is_told = refused
            .iter()
            .all(|row| row["action"] == action && row["reason"].as_str() == reason);
        expect(is_told && refused.is_empty() == reason.is_none(), || {
            format!("the audit log tells of the refusal as {refused:?}")
        })
    }

    /// Exactly one row was written: this action, refused for this reason. No row when there is no reason.
    pub(crate) async fn check_refused(&mut self, action: &str, reason: Option<&str>) -> Result<(), Fault> {
        let news = self.news().await?;
        let told: Vec<String> = news
            .iter()
            .map(|row| format!("{} {} {}", row["action"], row["outcome"], row["reason"]).replace('"', ""))
            .collect();
        let wanted: Vec<String> = reason
            .map(|reason| format!("{action} refused {reason}"))
            .into_iter()
            .collect();
        expect(told == wanted, || {
            format!(
                "the audit log should say [{}], not [{}]",
                wanted.join(", "),
                told.join(", ")
            )
        })
    }
}
