use axum::http::HeaderValue;
use flui_identity::Key;
use secrecy::ExposeSecret;

use crate::middleware::bearer::{Bearer, token};

/// The input is an `Authorization` header. A key that is read is, letter for letter, what stands behind the scheme; what
/// begins like a key and is none is never taken for somebody else's token; and nothing shows a secret.
///
/// # Panics
/// If that does not hold.
pub fn bearer(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let Ok(bearer) = Bearer::read(&value) else { return };
    let shown = format!("{bearer:?}");
    let sent = value.to_str().expect("what is read is text");
    assert!(
        sent.get(..7)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "))
    );
    let behind = sent[7..].trim();
    assert!(!behind.is_empty());
    assert_eq!(token(&value), Some(behind));
    match bearer {
        Bearer::Key(key) => {
            assert_eq!(key.expose(), behind);
            let again = Key::parse(key.expose()).expect("a key prints back to itself");
            assert!(again.kind() == key.kind() && again.hash() == key.hash());
            assert!(!shown.contains(behind), "a key is shown");
        }
        Bearer::Foreign(token) => {
            assert_eq!(token.expose_secret(), behind);
            assert!(!behind.starts_with(Key::PREFIX));
            assert_eq!(
                shown,
                format!("{:?}", Bearer::Foreign("another".into())),
                "a token is shown"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::made_of;

    const PIECES: &[&str] = &[
        "Bearer ",
        "bearer ",
        "BEARER",
        "Basic ",
        "flui_ci_",
        "flui_ws_",
        "flui_",
        // A key that was never given to anybody, with its checksum.
        "flui_ci_00000000000000000000000000000000000000000014Qb3uy",
        "0000000000000000000000000000000000000000000",
        "eyJhbGciOiJub25lIn0.e30.",
        " ",
        "\t",
        ",",
        "=",
        "\u{e9}",
    ];

    proptest! {
        #[test]
        fn e8_k2_whatever_comes_as_a_bearer_a_key_is_what_was_sent(data in made_of(PIECES)) {
            super::bearer(&data);
        }
    }
}
