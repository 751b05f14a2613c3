use url::{Host, Url};

/// Whether the URL is plain http to this very machine: 127.0.0.0/8, `::1` or the name `localhost`. Such traffic cannot
/// be read on the way, which is the one reason to do without TLS.
pub(crate) fn is_loopback_http(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c27_only_plain_http_to_this_machine_is_loopback() {
        let is = |url: &str| is_loopback_http(&url.parse().unwrap());
        for url in [
            "http://127.0.0.1:9400",
            "http://127.9.9.9/",
            "http://[::1]/a",
            "http://localhost:1",
            "http://2130706433/",
        ] {
            assert!(is(url), "{url}");
        }
        for url in [
            "https://127.0.0.1/",
            "http://localhost.example.org/",
            "http://127.0.0.1.example.org/",
            "http://169.254.169.254/",
            "http://0.0.0.0/",
            "http://user@example.org/",
        ] {
            assert!(!is(url), "{url}");
        }
    }
}
