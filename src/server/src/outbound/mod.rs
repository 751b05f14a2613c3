//! The only way out to addresses that an operator or an administrator typed.
//!
//! Such an address may lead into the inner network, by mistake or on purpose, and a name may lead elsewhere at every
//! look. So a name is looked up once, what it leads to is checked, and the connection goes to exactly what was checked.
//! Redirects are not followed, and no proxy is asked: it would look the name up anew.

mod address;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use ipnet::IpNet;
use reqwest::{Certificate, Client, redirect};
use url::{Host, Url};

/// For a whole exchange.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);
/// For the look-up of a name, and again for the connection.
const STEP_TIMEOUT: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("flui-dashboard/", env!("CARGO_PKG_VERSION"));

/// Which addresses may be called: public ones, and the private ones that the operator allowed.
#[derive(Clone, Debug)]
pub(crate) struct Outbound {
    allowed: Arc<[IpNet]>,
    trusted: Arc<[Certificate]>,
}

/// Why an address is not called.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// It is none of http or https, or holds a user name.
    #[error("the address must begin with https:// or http:// and hold no user name")]
    Form,
    /// The name leads nowhere.
    #[error("{0} cannot be looked up")]
    Unknown(String, #[source] io::Error),
    /// It leads to an address that is not public and was not allowed.
    #[error("{0} is not a public address, and FLUI_OUTBOUND_ALLOW_PRIVATE does not allow it")]
    Private(IpAddr),
    /// Without TLS only what was allowed is called.
    #[error("plain http goes only to addresses of FLUI_OUTBOUND_ALLOW_PRIVATE, and {0} is none")]
    PlainHttp(IpAddr),
    /// TLS cannot be set up on this machine.
    #[error("no client can be made")]
    Client(#[source] reqwest::Error),
}

impl Outbound {
    /// Lets these networks be called beside public addresses.
    pub(crate) fn new(allowed: &[IpNet]) -> Self {
        Self {
            allowed: allowed.into(),
            trusted: Arc::default(),
        }
    }

    /// Trusts these authorities beside the public ones.
    pub(crate) fn trusting(self, authorities: Vec<Certificate>) -> Self {
        Self {
            trusted: authorities.into(),
            ..self
        }
    }

    /// A client for this one address: it connects to what the host leads to now and was checked, follows no redirect,
    /// and gives up after ten seconds. To be dropped soon: what comes later looks the name up again.
    pub(crate) async fn client_for(&self, url: &Url) -> Result<Client, Refused> {
        let addresses = self.addresses(url).await?;
        client_to(url, &addresses, &self.trusted).map_err(Refused::Client)
    }

    /// The addresses that the host of this address leads to now and that may be called, at least one.
    pub(crate) async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, Refused> {
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(Refused::Form),
        };
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Refused::Form);
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Form);
        }
        let found = match host {
            Host::Ipv4(address) => vec![SocketAddr::new(address.into(), port)],
            Host::Ipv6(address) => vec![SocketAddr::new(address.into(), port)],
            Host::Domain(name) => look_up(name, port).await?,
        };
        let mut refused = None;
        let mut permitted = Vec::new();
        for address in found {
            match self.check(address.ip(), plain) {
                // In its plain form, so that what is called is what was checked.
                Ok(ip) => permitted.push(SocketAddr::new(ip, port)),
                Err(fault) => refused = refused.or(Some(fault)),
            }
        }
        match refused {
            Some(fault) if permitted.is_empty() => Err(fault),
            _ => Ok(permitted),
        }
    }

    /// The address in its plain form, if it may be called. `plain` means without TLS.
    pub(crate) fn check(&self, address: IpAddr, plain: bool) -> Result<IpAddr, Refused> {
        // `::ffff:10.0.0.1` is 10.0.0.1 to every system.
        let address = address.to_canonical();
        if self.allowed.iter().any(|network| network.contains(&address)) {
            Ok(address)
        } else if !address::is_public(address) {
            Err(Refused::Private(address))
        } else if plain {
            Err(Refused::PlainHttp(address))
        } else {
            Ok(address)
        }
    }
}

async fn look_up(name: &str, port: u16) -> Result<Vec<SocketAddr>, Refused> {
    let unknown = |error| Refused::Unknown(name.to_owned(), error);
    let looked = tokio::time::timeout(STEP_TIMEOUT, tokio::net::lookup_host((name, port))).await;
    let late = |_| unknown(io::ErrorKind::TimedOut.into());
    let found: Vec<_> = looked.map_err(late)?.map_err(unknown)?.collect();
    if found.is_empty() {
        return Err(unknown(io::ErrorKind::NotFound.into()));
    }
    Ok(found)
}

/// A client that takes these for the addresses of the host, whatever anybody says later. Its answers tell the
/// certificate that they came under.
fn client_to(url: &Url, addresses: &[SocketAddr], trusted: &[Certificate]) -> reqwest::Result<Client> {
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .tls_info(true)
        .tls_certs_merge(trusted.iter().cloned())
        .pool_max_idle_per_host(0)
        .connect_timeout(STEP_TIMEOUT)
        .timeout(TOTAL_TIMEOUT);
    if let Some(name) = url.domain() {
        builder = builder.resolve_to_addrs(name, addresses);
    }
    builder.build()
}

#[cfg(test)]
mod tests;
