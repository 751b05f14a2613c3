//! Names the request, and finds out where it came from.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use flui_identity::Client;
use ipnet::IpNet;
use uuid::Uuid;

use crate::{app::App, calendar};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const MAX_USER_AGENT: usize = 256;

/// A request that was named.
pub(crate) struct Seen {
    /// The log span of all that is done for it.
    pub(crate) span: tracing::Span,
    /// Where it came from, and its id.
    pub(crate) client: Client,
    started: std::time::Instant,
}

impl Seen {
    /// Names the request, and opens its log span.
    pub(crate) fn new(app: &App, peer: SocketAddr, request: &Request) -> Self {
        let trusted = |address: IpAddr| is_trusted(&app.config.trusted_proxies, address);
        let id = given_id(peer.ip(), request.headers(), trusted).unwrap_or_else(|| new_id(app));
        let span = tracing::info_span!(
            "request",
            id = %id,
            method = %request.method(),
            path = %logged(request.uri().path()),
        );
        let client = Client {
            address: address(peer.ip(), request.headers(), trusted),
            user_agent: user_agent(request.headers()),
            request_id: id,
        };
        Self {
            span,
            client,
            started: std::time::Instant::now(),
        }
    }

    /// Logs the answer, and sends the request's id back.
    pub(crate) fn leave(self, response: &mut Response) {
        let _entered = self.span.enter();
        tracing::info!(
            status = response.status().as_u16(),
            micros = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
        if let Ok(id) = HeaderValue::from_str(&self.client.request_id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
    }
}

/// The path as logs may hold it: what follows the prefix of a calendar is a secret.
fn logged(path: &str) -> &str {
    if path.starts_with(calendar::PREFIX) {
        calendar::PREFIX
    } else {
        path
    }
}

/// Whether a proxy of this address is believed.
pub(crate) fn is_trusted(proxies: &[IpNet], address: IpAddr) -> bool {
    proxies.iter().any(|net| net.contains(&address.to_canonical()))
}

/// The address of the person's machine: the peer's, or, when the peer is a trusted proxy, the last address of
/// `X-Forwarded-For` that is none.
pub(crate) fn address(peer: IpAddr, headers: &HeaderMap, trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let peer = peer.to_canonical();
    if !trusted(peer) {
        return peer;
    }
    let hops: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut nearest = peer;
    for hop in hops.iter().rev() {
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        nearest = hop.to_canonical();
        if !trusted(nearest) {
            break;
        }
    }
    nearest
}

fn user_agent(headers: &HeaderMap) -> String {
    let text = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    text.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect()
}

/// The id that a trusted proxy gave the request.
fn given_id(peer: IpAddr, headers: &HeaderMap, trusted: impl Fn(IpAddr) -> bool) -> Option<String> {
    headers
        .get(REQUEST_ID)
        .filter(|_| trusted(peer))
        .and_then(|value| value.to_str().ok())
        .filter(|id| (8..=64).contains(&id.len()))
        .filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .map(str::to_owned)
}

fn new_id(app: &App) -> String {
    let mut bytes = [0; 16];
    app.random.fill(&mut bytes);
    Uuid::from_bytes(bytes).simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static(name), value.parse().unwrap())])
    }

    #[test]
    fn z1_the_secret_of_a_calendar_stays_out_of_the_log() {
        assert_eq!(logged("/calendar/secret.ics"), "/calendar/");
        assert_eq!(logged("/keys/calendar"), "/keys/calendar");
    }

    #[test]
    fn d4_only_a_trusted_proxy_tells_the_address() {
        let proxies: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let trusted = |address: IpAddr| is_trusted(&proxies, address);
        let sent = headers("x-forwarded-for", "6.6.6.6, 203.0.113.7, 10.0.0.2");
        let from = |peer: &str| address(peer.parse().unwrap(), &sent, trusted).to_string();
        assert_eq!(from("198.51.100.1"), "198.51.100.1");
        assert_eq!(from("10.0.0.1"), "203.0.113.7");
        assert_eq!(from("::ffff:10.0.0.1"), "203.0.113.7");
        let junk = headers("x-forwarded-for", "203.0.113.7, junk");
        assert_eq!(
            address("10.0.0.1".parse().unwrap(), &junk, trusted).to_string(),
            "10.0.0.1"
        );
    }

    #[test]
    fn u4_foreign_request_ids_are_taken_from_proxies_only() {
        let sent = headers("x-request-id", "abcdefgh-1");
        let peer = "10.0.0.1".parse().unwrap();
        assert_eq!(given_id(peer, &sent, |_| true).as_deref(), Some("abcdefgh-1"));
        assert_eq!(given_id(peer, &sent, |_| false), None);
        assert_eq!(given_id(peer, &headers("x-request-id", "a b c d e f"), |_| true), None);
    }
}
