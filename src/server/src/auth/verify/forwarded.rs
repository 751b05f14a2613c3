//! What the proxy says of the request that it asks about, in the `X-Forwarded-*` headers.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use ipnet::IpNet;

use crate::middleware::client::is_trusted;

const METHOD: &str = "x-forwarded-method";
const PROTO: &str = "x-forwarded-proto";
const HOST: &str = "x-forwarded-host";
const URI: &str = "x-forwarded-uri";

/// The longest method that is no accident.
const MAX_METHOD: usize = 20;

/// The request that a proxy asks about, as it tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked<'a> {
    /// Whether it only reads.
    pub(crate) is_get: bool,
    /// Whether it came by https.
    pub(crate) is_https: bool,
    /// Its host, as it was written.
    pub(crate) host: &'a str,
    /// Its target: path and query.
    pub(crate) target: &'a str,
}

/// Why the headers cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Only a proxy that is none of ours, or that lies, sends such headers.
    Proxy(&'static str),
    /// The client may have brought this about.
    Denied(&'static str),
}

/// Reads the headers, if the peer is a proxy that is believed.
pub(crate) fn read<'a>(proxies: &[IpNet], peer: IpAddr, headers: &'a HeaderMap) -> Result<Asked<'a>, Fault> {
    if !is_trusted(proxies, peer) {
        return Err(Fault::Proxy(
            "Only a trusted proxy may ask. Add its address to FLUI_TRUSTED_PROXIES.",
        ));
    }
    if headers.keys().any(is_alias) {
        return Err(Fault::Proxy(
            "A header came under a second name that apps could take for ours. The proxy must drop names with underscores.",
        ));
    }
    if strips_ours(headers) {
        return Err(Fault::Proxy("The Connection header names a header that must arrive."));
    }
    let method = one(headers, METHOD)?;
    let proto = one(headers, PROTO)?;
    let host = one(headers, HOST)?;
    let target = one(headers, URI)?;
    if [method, proto, host].iter().any(|value| value.contains(',')) || target.contains(", ") || joined(target) {
        return Err(Fault::Proxy("A forwarded header holds two values."));
    }
    let is_method = (3..=MAX_METHOD).contains(&method.len())
        && method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
        && !matches!(method, "CONNECT" | "TRACE" | "TRACK");
    if !is_method {
        return Err(Fault::Denied("The request has no method that an app is asked with."));
    }
    let is_https = match proto {
        // Traefik says so of a WebSocket.
        "https" | "wss" => true,
        "http" | "ws" => false,
        _ => return Err(Fault::Denied("The request came by no protocol that is known.")),
    };
    Ok(Asked {
        is_get: matches!(method, "GET" | "HEAD"),
        is_https,
        host,
        target,
    })
}

/// The one value of a header. A `Connection` header of the client may have stripped it on the way.
fn one<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, Fault> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value
            .to_str()
            .map_err(|_| Fault::Denied("A forwarded header holds odd characters.")),
        (None, _) => Err(Fault::Denied("A forwarded header is missing.")),
        (Some(_), Some(_)) => Err(Fault::Proxy("A forwarded header came twice.")),
    }
}

/// Whether a path holds a second one behind a comma.
fn joined(target: &str) -> bool {
    let (path, _) = target.split_once('?').unwrap_or((target, ""));
    path.contains(",/")
}

/// Whether a name is one of ours with underscores in it. Many apps read both alike.
fn is_alias(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.contains('_') && is_ours(&name.replace('_', "-"))
}

fn is_ours(name: &str) -> bool {
    [METHOD, PROTO, HOST, URI, "x-forwarded-for", "authorization", "cookie"].contains(&name)
        || super::identity::NAMES.iter().any(|ours| ours.as_str() == name)
}

/// Whether a `Connection` header asks proxies to drop one of ours (RFC 9110, section 7.6.1).
fn strips_ours(headers: &HeaderMap) -> bool {
    let mut named = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value: &HeaderValue| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase().replace('_', "-"));
    named.any(|name| is_ours(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 4] = [
        (METHOD, "GET"),
        (PROTO, "https"),
        (HOST, "wiki.example.org"),
        (URI, "/a?b"),
    ];

    fn headers(changes: &[(&str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in GOOD.iter().chain(changes) {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        map
    }

    fn changed(name: &'static str, value: &str) -> HeaderMap {
        let mut map = headers(&[]);
        map.insert(HeaderName::from_static(name), value.parse().unwrap());
        map
    }

    fn from(peer: &str, headers: &HeaderMap) -> Result<(), Fault> {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        read(&proxies, peer.parse().unwrap(), headers).map(|_| ())
    }

    fn read_it(headers: &HeaderMap) -> Result<(), Fault> {
        from("10.0.0.1", headers)
    }

    fn is_proxys(result: Result<(), Fault>) -> bool {
        matches!(result, Err(Fault::Proxy(_)))
    }

    #[test]
    fn v6_only_a_trusted_proxy_is_believed() {
        assert_eq!(from("10.9.9.9", &headers(&[])), Ok(()));
        assert_eq!(from("::ffff:10.0.0.1", &headers(&[])), Ok(()));
        for stranger in ["11.0.0.1", "127.0.0.1", "::1"] {
            assert!(is_proxys(from(stranger, &headers(&[]))), "{stranger}");
        }
    }

    #[test]
    fn v7_repeated_joined_and_aliased_headers_are_the_proxys_fault() {
        for (name, value) in GOOD {
            assert!(is_proxys(read_it(&headers(&[(name, value)]))), "{name} twice");
            assert!(
                is_proxys(read_it(&changed(name, &format!("{value}, {value}")))),
                "{name} joined"
            );
        }
        assert!(is_proxys(read_it(&changed(URI, "/public,/admin"))));
        assert_eq!(read_it(&changed(URI, "/a,b?c,/d")), Ok(()));
        for alias in [
            "x_forwarded_host",
            "X_Forwarded-Uri",
            "x-forwarded_method",
            "x_forwarded_proto",
            "x_forwarded_for",
            "remote_user",
            "Remote_Groups",
            "x_flui_kind",
        ] {
            assert!(is_proxys(read_it(&headers(&[(alias, "x")]))), "{alias}");
        }
        assert_eq!(
            read_it(&headers(&[("x_custom", "x"), ("x-forwarded-prefix", "/y")])),
            Ok(())
        );
    }

    #[test]
    fn v10_a_missing_or_odd_method_is_denied() {
        for odd in [
            "",
            "get",
            "G",
            "GE T",
            "CONNECT",
            "TRACE",
            "G\u{e9}T",
            "GET/1.1",
            "AAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(matches!(read_it(&changed(METHOD, odd)), Err(Fault::Denied(_))), "{odd}");
        }
        for good in ["GET", "POST", "PROPFIND", "VERSION-CONTROL", "OPTIONS"] {
            assert_eq!(read_it(&changed(METHOD, good)), Ok(()), "{good}");
        }
    }

    #[test]
    fn v15_what_is_missing_is_denied_and_nothing_of_ours_may_be_stripped() {
        for (name, _) in GOOD {
            let mut map = headers(&[]);
            map.remove(name);
            assert!(matches!(read_it(&map), Err(Fault::Denied(_))), "{name}");
        }
        for stripping in [
            "close, X-Forwarded-Host",
            "authorization",
            "keep-alive,COOKIE",
            "Remote-User",
        ] {
            assert!(
                is_proxys(read_it(&headers(&[("connection", stripping)]))),
                "{stripping}"
            );
        }
        assert_eq!(read_it(&headers(&[("connection", "close, upgrade")])), Ok(()));
    }

    #[test]
    fn a_websocket_is_told_by_its_protocol() {
        for (proto, fine) in [
            ("wss", true),
            ("ws", true),
            ("ftp", false),
            ("HTTPS", false),
            ("", false),
        ] {
            assert_eq!(read_it(&changed(PROTO, proto)).is_ok(), fine, "{proto}");
        }
    }
}
