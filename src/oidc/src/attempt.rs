//! What one login attempt needs, derived from the browser's secret.
//!
//! PKCE verifier and nonce are HMACs of `state` under the secret in the browser's login cookie. The server keeps only
//! hashes of both inputs, so a stolen database opens nothing. An attacker who plants their own `state` and `code` in
//! somebody's browser cannot make the values fit, because they do not know that browser's secret; and one who reads
//! `state` in a URL learns neither verifier nor nonce. Both are fresh for each attempt because `state` is.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flui_identity::Random;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// 256 random bits in base64url: 43 characters.
pub(crate) fn random_token(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The PKCE code verifier (RFC 7636, section 4.1): 43 characters, 256 bits.
pub(crate) fn pkce_verifier(browser_secret: &str, state: &str) -> String {
    derive(browser_secret, b"pkce", state)
}

/// The nonce that the ID token must carry (`OpenID` Connect Core 1.0, section 3.1.2.1).
pub(crate) fn nonce(browser_secret: &str, state: &str) -> String {
    derive(browser_secret, b"nonce", state)
}

fn derive(browser_secret: &str, purpose: &[u8], state: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(browser_secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(purpose);
    mac.update(&[0]);
    mac.update(state.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c1_verifier_and_nonce_differ_by_purpose_attempt_and_browser() {
        let verifier = pkce_verifier("secret", "state");
        assert_eq!(verifier.len(), 43);
        assert_eq!(verifier, pkce_verifier("secret", "state"));
        let others = [
            nonce("secret", "state"),
            pkce_verifier("secret", "other"),
            pkce_verifier("other", "state"),
        ];
        assert!(others.iter().all(|other| *other != verifier));
    }
}
