//! Our two cookies, and what may not reach the session layer.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use tower_sessions::cookie::Cookie;

use crate::app::App;

/// The names of our cookies. On https they carry the `__Host-` prefix, so that no sibling host can plant them; browsers
/// refuse that prefix on plain http, which is allowed on loopback alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CookieNames {
    /// Holds the session id.
    pub(crate) session: &'static str,
    /// Holds the browser's secret while it signs in.
    pub(crate) login: &'static str,
}

impl CookieNames {
    /// The names for the scheme of the public address.
    pub(crate) fn for_scheme(https: bool) -> Self {
        if https {
            Self {
                session: "__Host-flui",
                login: "__Host-flui-login",
            }
        } else {
            Self {
                session: "flui-dev",
                login: "flui-dev-login",
            }
        }
    }
}

/// Marks the answer to a request whose session cookie opens nothing any more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionEnded;

/// Drops what cannot be trusted on the way in.
pub(crate) fn drop_foreign(app: &App, headers: &mut HeaderMap) {
    if !headers.contains_key(header::COOKIE) {
        return;
    }
    let name = app.cookies.session;
    leave_one(headers, name);
}

/// Completes what removes a cookie on the way out.
pub(crate) fn complete(app: &App, response: &mut Response) {
    let name = app.cookies.session;
    if response.extensions().get::<SessionEnded>().is_some() {
        clear(response.headers_mut(), name);
    }
    if name.starts_with("__Host-") && response.headers().contains_key(header::SET_COOKIE) {
        complete_removal(response.headers_mut(), name);
    }
}

/// Leaves at most one session cookie for the session layer to read, and only one that can be ours.
pub(crate) fn leave_one(headers: &mut HeaderMap, name: &str) {
    // The session layer decodes names. Browsers guard the prefix `__Host-` as it is written, so any sibling host can plant
    // `%5F%5FHost-…`, which would take the place of ours.
    let is_alias =
        |pair: &str| !is_named(pair, name) && Cookie::parse_encoded(pair).is_ok_and(|cookie| cookie.name() == name);
    if pairs(headers).any(is_alias) {
        retain(headers, |pair| !is_alias(pair));
    }
    let values = values(headers, name);
    // Two cookies of one name: one was planted, and nobody can tell which. A value of another shape was never ours.
    if values.len() > 1 || values.iter().any(|value| !is_session_id(value)) {
        retain(headers, |pair| !is_named(pair, name));
    }
}

/// All values of the cookie.
pub(crate) fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    pairs(headers)
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .collect()
}

/// Whether the name of a pair is written like this.
fn is_named(pair: &str, name: &str) -> bool {
    pair.split_once('=').is_some_and(|(key, _)| key == name)
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .map(str::trim)
}

/// 22 characters of unpadded URL-safe base64: 128 bits.
fn is_session_id(value: &str) -> bool {
    value.len() == 22
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn retain(headers: &mut HeaderMap, keep: impl Fn(&str) -> bool) {
    let rest: Vec<&str> = pairs(headers).filter(|pair| keep(pair)).collect();
    let rest = HeaderValue::from_str(&rest.join("; "));
    headers.remove(header::COOKIE);
    if let Ok(rest) = rest
        && !rest.is_empty()
    {
        headers.insert(header::COOKIE, rest);
    }
}

/// Takes a cookie away from the browser, unless the answer sets it anew.
fn clear(headers: &mut HeaderMap, name: &str) {
    let sets = |value: &HeaderValue| {
        value
            .to_str()
            .ok()
            .and_then(|text| text.split_once('='))
            .is_some_and(|(key, _)| key == name)
    };
    if headers.get_all(header::SET_COOKIE).iter().any(sets) {
        return;
    }
    if let Ok(removal) = HeaderValue::from_str(&format!("{name}=; Path=/; Max-Age=0")) {
        headers.append(header::SET_COOKIE, removal);
    }
}

/// Browsers ignore an attempt to remove a `__Host-` cookie unless it says `Secure` as the cookie itself did.
fn complete_removal(headers: &mut HeaderMap, name: &str) {
    let all: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for value in all {
        let text = value.to_str().unwrap_or("");
        let ours = text.split_once('=').is_some_and(|(key, _)| key == name);
        let completed = HeaderValue::from_str(&format!("{text}; Secure; HttpOnly; SameSite=Lax"));
        match completed {
            Ok(completed) if ours && !text.contains("Secure") => {
                headers.append(header::SET_COOKIE, completed);
            }
            _ => {
                headers.append(header::SET_COOKIE, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s11_only_the_named_cookie_is_removed() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; flui=x; b=2"));
        headers.append(header::COOKIE, HeaderValue::from_static("flui=y; fluid=3"));
        assert_eq!(values(&headers, "flui"), ["x", "y"]);
        leave_one(&mut headers, "flui");
        assert_eq!(headers[header::COOKIE], "a=1; b=2; fluid=3");
    }

    #[test]
    fn s11_a_name_that_only_decodes_to_ours_is_removed() {
        let ours = "__Host-flui=AAAAAAAAAAAAAAAAAAAAAA";
        for planted in ["%5F%5FHost-flui", "__Host%2dflui", "__Host-flui ", "__Host-flu%69"] {
            let planted = format!("{planted}=BBBBBBBBBBBBBBBBBBBBBB");
            for sent in [format!("{ours}; {planted}; b=2"), format!("{planted}; {ours}; b=2")] {
                let mut headers = HeaderMap::from_iter([(header::COOKIE, sent.parse().unwrap())]);
                leave_one(&mut headers, "__Host-flui");
                assert_eq!(headers[header::COOKIE], format!("{ours}; b=2"), "{sent}");
            }
        }
        let mut headers = HeaderMap::from_iter([(header::COOKIE, "a%3d=1;  b = 2".parse().unwrap())]);
        leave_one(&mut headers, "__Host-flui");
        assert_eq!(
            headers[header::COOKIE],
            "a%3d=1;  b = 2",
            "the twin: others stay as they came"
        );
    }

    #[test]
    fn s12_other_shapes_are_no_session_id() {
        assert!(is_session_id("AAAAAAAAAAAAAAAAAAAAA-"));
        for bad in [
            "",
            "short",
            "AAAAAAAAAAAAAAAAAAAAA=",
            "\"AAAAAAAAAAAAAAAAAAAA\"",
            &"A".repeat(8_000),
        ] {
            assert!(!is_session_id(bad));
        }
    }

    #[test]
    fn s16_removal_carries_the_attributes_of_the_cookie() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::SET_COOKIE,
            HeaderValue::from_static("__Host-flui=; Path=/; Max-Age=0"),
        );
        headers.append(header::SET_COOKIE, HeaderValue::from_static("theme=dark; Path=/"));
        complete_removal(&mut headers, "__Host-flui");
        let all: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(
            all[0],
            "__Host-flui=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(all[1], "theme=dark; Path=/");
    }
}
