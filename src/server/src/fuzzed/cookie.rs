use axum::http::{HeaderMap, HeaderValue, header};
use tower_sessions::cookie::Cookie;

use super::lines;
use crate::middleware::cookies::{CookieNames, leave_one};

/// Each line is a `Cookie` header. At most one session id reaches the session layer, only if it came once under its own
/// name, and all other cookies stay as they are.
///
/// # Panics
/// If that does not hold.
pub fn cookie(data: &[u8]) {
    let sent: HeaderMap = lines(data)
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
        .map(|value| (header::COOKIE, value))
        .collect();
    for https in [true, false] {
        let name = CookieNames::for_scheme(https).session;
        let mut left = sent.clone();
        leave_one(&mut left, name);
        let first = left.clone();
        leave_one(&mut left, name);
        assert_eq!(first, left, "a second pass changes nothing");

        let written: Vec<String> = pairs(&sent).filter(|pair| starts(pair, name)).collect();
        let is_good = |pair: &str| pair.len() == name.len() + 23 && pair[name.len() + 1..].bytes().all(is_of_an_id);
        let expected: Vec<String> = match written.as_slice() {
            [single] if is_good(single) => written,
            _ => Vec::new(),
        };
        let ours: Vec<String> = pairs(&left).filter(|pair| read(pair, name)).collect();
        assert_eq!(ours, expected, "what the session layer reads of {name}");

        let others = |headers| -> Vec<String> {
            let other = |pair: &String| !pair.is_empty() && !starts(pair, name) && !read(pair, name);
            pairs(headers).filter(other).collect()
        };
        assert_eq!(others(&left), others(&sent), "cookies of others");
    }
}

/// What stands between the semicolons of all headers that the session layer can read.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = String> {
    let texts = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split(';'))
        .map(|pair| pair.trim().to_owned())
}

fn starts(pair: &str, name: &str) -> bool {
    pair.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
}

/// Whether the session layer takes the pair for the cookie: it asks this parser.
fn read(pair: &str, name: &str) -> bool {
    Cookie::parse_encoded(pair).is_ok_and(|cookie| cookie.name() == name)
}

/// What the 22 characters of a session id are.
fn is_of_an_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::made_of;

    const PIECES: &[&str] = &[
        "__Host-flui=AAAAAAAAAAAAAAAAAAAAAA",
        "__Host-flui=BBBBBBBBBBBBBBBBBBBBB-",
        "flui-dev=AAAAAAAAAAAAAAAAAAAAAA",
        "__Host-flui=short",
        "__Host-flui",
        "%5F%5FHost-flui",
        "flui-de%76",
        "flui-dev",
        "=AAAAAAAAAAAAAAAAAAAAAA",
        "; ",
        ";",
        " ",
        "=",
        "theme=dark",
        "a=\"b c\"",
        "%",
        "\n",
        "\t",
        "\u{e9}",
    ];

    proptest! {
        #[test]
        fn s11_s12_whatever_comes_as_cookies_one_session_at_most_passes(data in made_of(PIECES)) {
            super::cookie(&data);
        }
    }
}
