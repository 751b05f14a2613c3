//! What an app may see of the credentials that came with a request, for a proxy that cannot take ours out by itself.

use axum::http::{HeaderMap, HeaderValue, header};
use flui_identity::Key;

use crate::auth::app::cookies::AppCookies;

/// Answers with the request's `Cookie` and `Authorization` as the app may see them: without the cookies of its sign-in and
/// without a key. A header of which nothing is left is not there.
pub(super) fn set(answer: &mut HeaderMap, asked: &HeaderMap) {
    if let Some(cookies) = cookies(asked) {
        answer.insert(header::COOKIE, cookies);
    }
    let others = asked
        .get_all(header::AUTHORIZATION)
        .iter()
        .filter(|value| !has_key(value));
    for value in others {
        answer.append(header::AUTHORIZATION, value.clone());
    }
}

fn cookies(asked: &HeaderMap) -> Option<HeaderValue> {
    // As bytes: what an app puts into its own cookies need be no text.
    let pairs = asked
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'))
        .map(<[u8]>::trim_ascii)
        .filter(|pair| !pair.is_empty() && !is_ours(pair));
    let text = pairs.collect::<Vec<_>>().join(&b"; "[..]);
    HeaderValue::from_bytes(&text).ok().filter(|text| !text.is_empty())
}

fn is_ours(pair: &[u8]) -> bool {
    let name = pair.split(|byte| *byte == b'=').next().unwrap_or(pair).trim_ascii();
    AppCookies::NAMES.iter().any(|ours| ours.as_bytes() == name)
}

/// Whether it holds what looks like a key, also where a stray blank makes it good for nothing.
fn has_key(authorization: &HeaderValue) -> bool {
    let text = String::from_utf8_lossy(authorization.as_bytes());
    let (scheme, token) = text.trim().split_once(char::is_whitespace).unwrap_or_default();
    scheme.eq_ignore_ascii_case("bearer") && token.trim_start().starts_with(Key::PREFIX)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn seen(name: &HeaderName, sent: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut asked = HeaderMap::new();
        for value in sent {
            asked.append(name, HeaderValue::from_bytes(value).unwrap());
        }
        let mut answer = HeaderMap::new();
        set(&mut answer, &asked);
        answer
            .get_all(name)
            .iter()
            .map(|value| value.as_bytes().to_vec())
            .collect()
    }

    #[test]
    fn v12_the_cookies_of_the_sign_in_are_left_out_and_no_others() {
        let one = |text: &[u8]| seen(&header::COOKIE, &[text]);
        assert_eq!(one(b"a=1; __Host-flui-app=x;b=2"), [b"a=1; b=2"]);
        assert_eq!(one(b"a=1; flui-dev-app-start=y; flui-dev-app=x"), [b"a=1"]);
        assert_eq!(one(b"x__Host-flui-app=1; c=\xff"), [b"x__Host-flui-app=1; c=\xff"]);
        assert_eq!(
            seen(&header::COOKIE, &[b"a=1", b"b=2; __Host-flui-app-start=y"]),
            [b"a=1; b=2"]
        );
        for ours in [
            &b"__Host-flui-app=x"[..],
            b"__Host-flui-app =x",
            b"__Host-flui-app",
            b" ; ",
            b"",
        ] {
            assert!(one(ours).is_empty());
        }
    }

    #[test]
    fn v12_a_key_is_left_out_and_an_authorization_of_the_apps_own_is_not() {
        let one = |text: &[u8]| seen(&header::AUTHORIZATION, &[text]);
        for ours in [&b"Bearer flui_ci_x"[..], b"bearer   flui_ci_x", b"BEARER\tflui_ci_x"] {
            assert!(one(ours).is_empty());
        }
        for own in [&b"Basic flui_x"[..], b"Bearer other", b"Bearer", b"flui_ci_x"] {
            assert_eq!(one(own), [own]);
        }
        let several = seen(&header::AUTHORIZATION, &[b"Basic a", b"Bearer flui_ci_x"]);
        assert_eq!(several, [b"Basic a"]);
    }
}
