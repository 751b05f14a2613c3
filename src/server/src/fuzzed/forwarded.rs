use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use ipnet::IpNet;

use super::lines;
use crate::{
    auth::verify::forwarded::{Fault, read},
    middleware::client::{address, is_trusted},
};

/// Each line is a header, `name:value`. A peer that is no listed proxy is never believed; of one that is, every header
/// that counts came once, and what the client itself put before the proxy's word never decides the address.
///
/// # Panics
/// If that does not hold.
pub fn forwarded(data: &[u8]) {
    let proxies: [IpNet; 2] = [net([10, 0, 0, 0], 8), net([192, 168, 0, 1], 32)];
    let trusted = |address: IpAddr| is_trusted(&proxies, address);
    let [proxy, stranger] = [IpAddr::from([10, 0, 0, 1]), IpAddr::from([198, 51, 100, 7])];
    let headers = headers(data);

    assert_eq!(address(stranger, &headers, trusted), stranger);
    assert!(matches!(read(&proxies, stranger, &headers), Err(Fault::Proxy(_))));

    let told = address(proxy, &headers, trusted);
    let hops: Vec<IpAddr> = values(&headers, "x-forwarded-for")
        .flat_map(|value| value.split(','))
        .filter_map(|hop| hop.trim().parse().ok())
        .map(|hop: IpAddr| hop.to_canonical())
        .collect();
    assert!(told == proxy || hops.contains(&told), "an address that nobody told");

    // The proxy adds the address that it saw at the end, in the same header or in one of its own.
    let mut added = headers.clone();
    added.append("x-forwarded-for", HeaderValue::from_static("203.0.113.9"));
    let joined = values(&headers, "x-forwarded-for")
        .chain(["203.0.113.9"])
        .collect::<Vec<_>>()
        .join(", ");
    let mut longer = headers.clone();
    longer.insert(
        "x-forwarded-for",
        HeaderValue::from_str(&joined).expect("made of headers"),
    );
    for sent in [&added, &longer] {
        assert_eq!(address(proxy, sent, trusted), IpAddr::from([203, 0, 113, 9]));
    }

    let Ok(asked) = read(&proxies, proxy, &headers) else {
        return;
    };
    let once = |name: &str| match values(&headers, name).collect::<Vec<_>>().as_slice() {
        [value] => (*value).to_owned(),
        several => panic!("{name} counts although it came {} times", several.len()),
    };
    let (method, proto) = (once("x-forwarded-method"), once("x-forwarded-proto"));
    assert_eq!(asked.host, once("x-forwarded-host"));
    assert_eq!(asked.target, once("x-forwarded-uri"));
    assert_eq!(asked.is_get, method == "GET" || method == "HEAD");
    assert!(!method.contains(|c: char| !c.is_ascii_uppercase() && c != '-'));
    assert_eq!(asked.is_https, proto == "https" || proto == "wss");
    assert!(!asked.host.contains(','));
    let has = |name: &str| headers.keys().any(|key| key.as_str() == name);
    assert!(
        !["x_forwarded_host", "x-forwarded_uri", "remote_user", "x_forwarded_for"]
            .into_iter()
            .any(has)
    );
    let mut stripped = values(&headers, header::CONNECTION.as_str()).flat_map(|value| value.split(','));
    assert!(!stripped.any(|name| name.trim().eq_ignore_ascii_case("x-forwarded-host")));
}

fn net(address: [u8; 4], bits: u8) -> IpNet {
    IpNet::new(address.into(), bits).expect("a network")
}

fn headers(data: &[u8]) -> HeaderMap {
    let header = |line: &[u8]| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        Some((name, HeaderValue::from_bytes(&line[colon + 1..]).ok()?))
    };
    let mut map = HeaderMap::new();
    for (name, value) in lines(data).filter_map(header).take(64) {
        map.append(name, value);
    }
    map
}

fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::made_of;

    const PIECES: &[&str] = &[
        "x-forwarded-method:GET\nx-forwarded-proto:https\nx-forwarded-host:wiki.example.org\nx-forwarded-uri:/a?b\n",
        "\nx-forwarded-for:",
        "\nx-forwarded-host:",
        "\nx-forwarded-uri:",
        "\nx_forwarded_host:x",
        "\nremote_user:root",
        "\nconnection:close, X-Forwarded-Host",
        "\nconnection:close",
        "203.0.113.7",
        "10.0.0.2",
        "::ffff:10.0.0.1",
        "2001:db8::1",
        ", ",
        ",/",
        "/admin",
        "\n",
        " ",
        "\u{e9}",
    ];

    proptest! {
        #[test]
        fn d4_v6_v7_v15_whatever_is_forwarded_only_a_listed_proxy_is_believed(data in made_of(PIECES)) {
            super::forwarded(&data);
        }
    }
}
