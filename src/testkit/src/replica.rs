use std::net::SocketAddr;

use flui_server::Served;
use reqwest::{Method, RequestBuilder};

use crate::client;

/// A second server of an installation, as behind a load balancer: on the same database, at an address of its own, for
/// the same public one.
pub struct Replica {
    /// Where it is reached, without a slash at its end.
    pub url: String,
    /// The host that every request names, whichever server gets it.
    pub(crate) host: String,
    pub(crate) served: Served,
}

impl Replica {
    pub(crate) fn new(address: SocketAddr, public_url: &str, served: Served) -> Self {
        let host = public_url.rsplit('/').next().unwrap_or_default().to_owned();
        Self {
            url: format!("http://{address}"),
            host,
            served,
        }
    }

    /// A request to this server without any credential.
    pub fn api(&self, method: Method, path: &str) -> RequestBuilder {
        client()
            .request(method, format!("{}{path}", self.url))
            .header("host", &self.host)
    }

    /// Stops it; the other servers go on.
    pub async fn stop(self) {
        self.served.stop();
        self.served.stopped().await.expect("the server stops cleanly");
    }
}
