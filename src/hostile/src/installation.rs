use std::net::SocketAddr;

use url::Url;

use crate::Fault;

/// How the installation under test is started.
///
/// It must listen on loopback, use a database of its own that holds nothing yet, ask the provider that it is given, make
/// admins of those whose claim `groups` holds `flui-admins`, and believe `X-Forwarded-For` from loopback: each browser of
/// a case claims an address of its own, so that no case meets the limit of another.
pub trait Installation: Sync {
    /// What runs until it is stopped.
    type Running: Send + Sync;

    /// Where browsers think that they are. Requests go to the loopback address with this one's `Host`.
    fn public_url(&self) -> &Url;

    /// The dashboard's client at the provider.
    fn client_id(&self) -> &str;

    /// The command line's client at the provider.
    fn cli_client_id(&self) -> &str;

    /// Starts it, with this provider and the dashboard's secret there.
    fn start(
        &self,
        issuer: &str,
        client_secret: &str,
    ) -> impl Future<Output = Result<(SocketAddr, Self::Running), Fault>>;

    /// Counts of what a refusal must leave as it was, such as people and sign-ins.
    fn rows(&self, running: &Self::Running) -> impl Future<Output = Result<Vec<i64>, Fault>>;

    /// Stops it and removes what it kept.
    fn stop(&self, running: Self::Running) -> impl Future<Output = ()>;
}
