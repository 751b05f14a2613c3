//! Refuses unsafe requests from other sites. No token in any form: browsers themselves say where a request began.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, Method, header},
};
use flui_model::ErrorCode;

use crate::{app::App, failure::Failure};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Passes safe methods, requests that carry no cookie but a bearer, device logins, words about keys, the provider's back
/// channel, and what began here.
pub(crate) fn check(app: &App, request: &Request) -> Result<(), Failure> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    let by_bearer = headers.contains_key(header::AUTHORIZATION) && !headers.contains_key(header::COOKIE);
    let by_provider = request.uri().path() == "/auth/backchannel-logout";
    // Programs without a credential, whose answers no page of another site can read: what a command line begins opens
    // nothing by itself, whoever names a key holds it and may end it, and who asks about keys is told to sign in.
    let by_program = matches!(
        request.uri().path(),
        "/api/v1/auth/device"
            | "/api/v1/auth/device/token"
            | "/api/v1/auth/introspect"
            | "/api/v1/auth/revoke"
            | "/api/v1/auth/leaks"
    ) && !headers.contains_key(header::COOKIE);
    if safe || by_program || by_bearer || by_provider || began_here(headers, &app.public_origin) {
        Ok(())
    } else {
        Err(Failure::new(
            ErrorCode::OriginRefused,
            "The request did not come from a page of this installation, so it was not carried out.",
        ))
    }
}

/// `Origin` decides if it is there; else `Sec-Fetch-Site` must say that the request is the site's own. Browsers set both,
/// and pages cannot.
fn began_here(headers: &HeaderMap, origin: &str) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(sent), None) => sent.as_bytes() == origin.as_bytes(),
        (None, _) => headers
            .get(FETCH_SITE)
            .is_some_and(|site| site.as_bytes() == b"same-origin"),
        (Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn began(pairs: &[(HeaderName, &str)]) -> bool {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap()));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value);
        }
        began_here(&map, "https://app.example.org")
    }

    #[test]
    fn x1_the_own_origin_passes() {
        assert!(began(&[(header::ORIGIN, "https://app.example.org")]));
        assert!(began(&[(FETCH_SITE, "same-origin")]));
    }

    #[test]
    fn x1_every_other_origin_is_refused() {
        for origin in [
            "null",
            "https://evil.example",
            "https://app.example.org.evil",
            "http://app.example.org",
            "https://app.example.org:8443",
            "https://a.app.example.org",
            "https://example.org",
            "HTTPS://APP.EXAMPLE.ORG",
            "https://app.example.org/",
            "",
        ] {
            assert!(!began(&[(header::ORIGIN, origin)]), "{origin}");
            assert!(
                !began(&[(header::ORIGIN, origin), (FETCH_SITE, "same-origin")]),
                "{origin}"
            );
        }
        for site in ["same-site", "cross-site", "none", ""] {
            assert!(!began(&[(FETCH_SITE, site)]), "{site}");
        }
        assert!(!began(&[]));
        let own = "https://app.example.org";
        assert!(!began(&[(header::ORIGIN, own), (header::ORIGIN, own)]));
    }
}
