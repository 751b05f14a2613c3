//! The ID token, kept for `id_token_hint` at logout so that only the holder of the session's cookie can read it.
//!
//! Key and nonce are HMACs under the session's secret, of which the database has only a hash. The nonce also covers the
//! token: sealing another token for the same session takes another nonce, so that no nonce is used for two texts.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce, aead::Aead as _};
use hmac::{Hmac, Mac as _};
use secrecy::SecretString;
use sha2::Sha256;

const NONCE_LENGTH: usize = 24;

pub(crate) fn seal(session_id: &str, id_token: &str) -> String {
    let mut nonce = [0; NONCE_LENGTH];
    nonce.copy_from_slice(&mac(session_id, &[b"flui id token nonce 1\0", id_token.as_bytes()])[..NONCE_LENGTH]);
    let sealed = cipher(session_id)
        .encrypt(&XNonce::from(nonce), id_token.as_bytes())
        .expect("a token is far shorter than what the cipher can seal");
    URL_SAFE_NO_PAD.encode([&nonce[..], &sealed[..]].concat())
}

pub(crate) fn unseal(session_id: &str, sealed: &str) -> Option<SecretString> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LENGTH>()?;
    let opened = cipher(session_id).decrypt(&XNonce::from(*nonce), sealed).ok()?;
    String::from_utf8(opened).ok().map(SecretString::from)
}

fn cipher(session_id: &str) -> XChaCha20Poly1305 {
    use chacha20poly1305::KeyInit as _;
    XChaCha20Poly1305::new(&Key::from(mac(session_id, &[b"flui id token 1"])))
}

fn mac(session_id: &str, parts: &[&[u8]]) -> [u8; 32] {
    use hmac::KeyInit as _;
    let mut mac = Hmac::<Sha256>::new_from_slice(session_id.as_bytes()).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn z2_the_session_that_sealed_an_id_token_opens_it() {
        let sealed = seal("session", "a.b.c");
        assert!(!sealed.contains("a.b.c"));
        assert_eq!(unseal("session", &sealed).unwrap().expose_secret(), "a.b.c");
    }

    #[test]
    fn z2_another_session_or_a_changed_text_opens_nothing() {
        let sealed = seal("session", "a.b.c");
        assert!(unseal("other", &sealed).is_none());
        let mut bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        assert!(unseal("session", &URL_SAFE_NO_PAD.encode(bytes)).is_none());
        for text in ["", "AAAA", "not base64!"] {
            assert!(unseal("session", text).is_none(), "{text}");
        }
    }

    #[test]
    fn z2_two_tokens_of_one_session_never_share_a_nonce() {
        assert_ne!(seal("session", "a.b.c")[..32], seal("session", "a.b.d")[..32]);
    }
}
