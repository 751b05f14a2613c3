//! Our two cookies, and what may not reach the session layer.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

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
    let values = values(headers, name);
    // Two cookies of one name: one was planted, and nobody can tell which. A value of another shape was never ours.
    if values.len() > 1 || values.iter().any(|value| !is_session_id(value)) {
        remove(headers, name);
    }
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

/// All values of the cookie.
pub(crate) fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    pairs(headers)
        .filter(|pair| pair.split_once('=').is_some_and(|(key, _)| key == name))
        .filter_map(|pair| pair.split_once('=').map(|(_, value)| value.to_owned()))
        .collect()
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

fn remove(headers: &mut HeaderMap, name: &str) {
    let rest: Vec<&str> = pairs(headers)
        .filter(|pair| pair.split_once('=').is_none_or(|(key, _)| key != name))
        .collect();
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
        remove(&mut headers, "flui");
        assert_eq!(headers[header::COOKIE], "a=1; b=2; fluid=3");
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
