//! The only reader of the system's clock and random generator.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use flui_model::Timestamp;
use rand::Rng;

/// The current time.
#[expect(clippy::disallowed_methods, reason = "this is the clock of the command line")]
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_seconds(0) + since_epoch
}

/// 256 random bits in 43 characters of base64url. Good as state, nonce and PKCE verifier (RFC 7636, 4.1).
#[expect(clippy::disallowed_methods, reason = "this is the random source of the command line")]
pub(crate) fn random_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c1_random_tokens_are_long_and_never_repeat() {
        let tokens: std::collections::HashSet<String> = (0..100).map(|_| random_token()).collect();
        assert_eq!(tokens.len(), 100);
        assert!(tokens.iter().all(|token| token.len() == 43));
    }
}
