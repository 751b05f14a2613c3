//! Unguessable names for codes, tokens and sessions.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 256 bits from the system's generator, base64url.
pub(crate) fn secret() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// 128 bits, base64url: for names that need to be unique but are no secret (`jti`, `sid`, `kid`).
pub(crate) fn name() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<16>())
}

/// Bytes from the system's generator.
#[expect(
    clippy::disallowed_methods,
    reason = "this module is where the provider's randomness comes from"
)]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    rand::random()
}
