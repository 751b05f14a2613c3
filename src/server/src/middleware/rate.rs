//! Limits how often one address may knock at the doors that cost work or invite guessing, how often it may bring
//! credentials that open nothing, and how often one person may do what makes secrets or asks others.

use std::net::{IpAddr, Ipv6Addr};

use axum::{
    extract::Request,
    http::{Method, Uri, header},
};
use flui_identity::{Client, SignedIn, people::ProvenPerson};
use flui_model::{ErrorCode, Kind};

use super::{bearer::Bearer, buckets::Whose};
use crate::{app::App, calendar, failure::Failure};

/// One household has a whole /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Limits sign-ins, also to apps, callbacks, logout tokens, exchanges, device logins, calendars, and what anybody may say
/// about keys. Other requests with a key or session are not limited by address, so that a flood of strangers locks nobody
/// out.
pub(crate) fn limit(app: &App, request: &Request) -> Result<(), Failure> {
    let address = request.extensions().get::<Client>().map(|client| client.address);
    match address {
        Some(address) if is_limited(request) => take(
            app,
            Whose::Address(network(address)),
            "Too many requests came from your address.",
        ),
        _ => Ok(()),
    }
}

fn is_limited(request: &Request) -> bool {
    match (request.method(), request.uri().path()) {
        (_, "/auth/login" | "/auth/callback" | "/auth/backchannel-logout" | "/.flui/callback")
        | (
            &Method::POST,
            "/api/v1/auth/device" | "/api/v1/auth/device/token" | "/api/v1/auth/revoke" | "/api/v1/auth/leaks",
        ) => true,
        (&Method::POST, "/api/v1/auth/api-keys") => !has_key(request),
        (_, path) if path.starts_with(calendar::PREFIX) => true,
        _ => false,
    }
}

fn has_key(request: &Request) -> bool {
    let authorization = request.headers().get(header::AUTHORIZATION);
    authorization.is_some_and(|value| matches!(Bearer::read(value), Ok(Bearer::Key(_))))
}

/// Counts a credential that opened nothing, and passes the refusal on; too many from one address, and the refusal says
/// that. A good credential is looked up before anybody counts, so that it is never limited because others fail.
pub(crate) fn refused(app: &App, address: IpAddr, refusal: Failure) -> Failure {
    if refusal.code.status() != 401 {
        return refusal;
    }
    let guesser = Whose::Guesser(network(address));
    let limited = take(
        app,
        guesser,
        "Too many credentials that open nothing came from your address.",
    );
    limited.err().unwrap_or(refusal)
}

/// Limits what one person may do that makes secrets, asks other machines, or asks about keys. Reading is not limited, and
/// ending things never is.
pub(crate) fn limit_person(app: &App, method: &Method, uri: &Uri, signed_in: &SignedIn) -> Result<(), Failure> {
    if !is_limited_for_people(method, uri.path(), signed_in.sign_in().kind) {
        return Ok(());
    }
    let person = signed_in.person();
    take_from_person(app, &person.issuer, &person.subject)
}

/// The same for an exchange, by the person whom the bearer proves.
pub(crate) fn limit_exchange(app: &App, person: &ProvenPerson) -> Result<(), Failure> {
    take_from_person(app, &person.issuer, &person.subject)
}

fn take_from_person(app: &App, issuer: &str, subject: &str) -> Result<(), Failure> {
    take(
        app,
        Whose::Person { issuer, subject },
        "You, or keys of yours, did this too often.",
    )
}

fn is_limited_for_people(method: &Method, path: &str, kind: Kind) -> bool {
    const SECRETS: [&str; 3] = ["/api/v1/auth/api-keys", "/keys/new", "/keys/calendar"];
    const APP_CLIENTS: [&str; 3] = ["/api/v1/app-clients", "/apps/new", "/apps/clients/"];
    match *method {
        // A service asks about every key that is presented to it.
        Method::POST if path == "/api/v1/auth/introspect" => kind != Kind::Service,
        Method::POST if path.starts_with("/keys/") || path.starts_with("/api/v1/auth/api-keys/") => {
            SECRETS.contains(&path) || path.ends_with("/rotate") || path.ends_with("/transfer")
        }
        Method::POST if path.starts_with("/contexts/") => path.ends_with("/check"),
        Method::POST | Method::PUT => {
            SECRETS.contains(&path) || APP_CLIENTS.iter().any(|prefix| path.starts_with(prefix))
        }
        _ => false,
    }
}

fn take(app: &App, whose: Whose<'_>, why: &str) -> Result<(), Failure> {
    app.buckets.take(whose).map_err(|seconds| Failure {
        retry_after: Some(seconds),
        ..Failure::new(
            ErrorCode::TooManyRequests,
            format!("{why} Try again in {seconds} seconds."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_a_whole_ipv6_network_shares_one_bucket() {
        let near = ["2001:db8::1", "2001:db8::ffff:1"].map(|text| network(text.parse().unwrap()));
        assert_eq!(near[0], near[1]);
        assert_ne!(near[0], network("2001:db8:0:1::1".parse().unwrap()));
    }

    #[test]
    fn d4_people_are_limited_where_secrets_are_made_and_others_asked() {
        let limited = |method, path| is_limited_for_people(&method, path, Kind::Ci);
        for path in [
            "/api/v1/auth/api-keys",
            "/api/v1/auth/api-keys/1/rotate",
            "/api/v1/auth/introspect",
            "/api/v1/app-clients",
            "/apps/new",
            "/apps/clients/1/edit",
            "/contexts/prod/check",
            "/keys/new",
            "/keys/calendar",
            "/keys/1/rotate",
            "/keys/1/transfer",
        ] {
            assert!(limited(Method::POST, path), "{path}");
            assert!(!limited(Method::GET, path), "{path}");
        }
        assert!(limited(Method::PUT, "/api/v1/app-clients/1"));
        for path in [
            "/auth/logout",
            "/estate/revoke",
            "/keys/1/revoke",
            "/keys/calendar/remove",
            "/keys/revoke",
            "/sign-ins/lost",
        ] {
            assert!(!limited(Method::POST, path), "{path}: an end is never put off");
        }
        assert!(!limited(Method::DELETE, "/api/v1/auth/api-keys/1"));
        assert!(!is_limited_for_people(
            &Method::POST,
            "/api/v1/auth/introspect",
            Kind::Service
        ));
    }
}
