//! The headers by which an app learns who is there.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use flui_identity::SignedIn;

/// The provider's name for the person: the only one that never changes hands.
const USER: HeaderName = HeaderName::from_static("remote-user");
/// What the person is called.
const NAME: HeaderName = HeaderName::from_static("remote-name");
/// The person's mail address, if the provider says that it is verified.
const EMAIL: HeaderName = HeaderName::from_static("remote-email");
/// The person's groups or roles at the provider, with commas between them.
const GROUPS: HeaderName = HeaderName::from_static("remote-groups");
/// The role here.
const ROLE: HeaderName = HeaderName::from_static("x-flui-role");
/// The form of the sign-in.
const KIND: HeaderName = HeaderName::from_static("x-flui-kind");
/// The id of the sign-in, as the audit log names it.
const SIGN_IN: HeaderName = HeaderName::from_static("x-flui-sign-in");

/// All of them.
pub(super) const NAMES: [HeaderName; 7] = [USER, NAME, EMAIL, GROUPS, ROLE, KIND, SIGN_IN];

/// Sets every one of them, empty where there is nothing to say, so that the proxy puts it in the place of whatever the
/// client sent.
pub(super) fn set(headers: &mut HeaderMap, signed_in: Option<&SignedIn>) {
    let values = signed_in.map_or([const { HeaderValue::from_static("") }; 7], values);
    headers.extend(NAMES.into_iter().zip(values));
}

/// Their values, in their order.
fn values(signed_in: &SignedIn) -> [HeaderValue; 7] {
    let person = signed_in.person();
    let email = person.email.as_deref().filter(|_| person.email_verified);
    // A comma inside a group would make two of it.
    let groups = person.groups.iter().filter(|group| !group.contains(','));
    let groups = groups.map(String::as_str).collect::<Vec<_>>().join(",");
    let sign_in = signed_in.sign_in();
    [
        value(&person.subject),
        value(person.name.as_deref().unwrap_or_default()),
        value(email.unwrap_or_default()),
        value(&groups),
        HeaderValue::from_static(signed_in.role().as_str()),
        HeaderValue::from_static(sign_in.kind.as_str()),
        value(&sign_in.id.to_string()),
    ]
}

/// A foreign text as a header's value, in UTF-8. One with control characters is left out: a shortened one could be
/// somebody else's.
fn value(text: &str) -> HeaderValue {
    let plain = text.trim();
    if plain.chars().any(char::is_control) {
        return HeaderValue::from_static("");
    }
    HeaderValue::from_bytes(plain.as_bytes()).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v8_every_header_is_set_for_nobody() {
        let mut headers = HeaderMap::new();
        set(&mut headers, None);
        assert_eq!(headers.len(), NAMES.len());
        assert!(headers.values().all(HeaderValue::is_empty));
    }

    #[test]
    fn r4_no_line_break_gets_into_a_header() {
        assert_eq!(value("Zoë").as_bytes(), "Zoë".as_bytes());
        assert_eq!(value(" Ada "), "Ada");
        for bad in ["a\r\nSet-Cookie: x", "a\0", "a\u{85}b", "\n\u{7f}x"] {
            assert!(value(bad).is_empty(), "{bad:?}");
        }
    }
}
