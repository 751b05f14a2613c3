//! Signatures that are none, or not by whom they say.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use serde_json::{Value, json};

use crate::documents;
use crate::keys::{Algorithm, KeyRing, compact, part};
use crate::paths;
use crate::provider::{Provider, State};

/// How a token is signed instead of properly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forgery {
    /// Not at all: `alg` is `none` and the signature is empty.
    Unsigned,
    /// Properly, and then the signature is changed.
    Changed,
    /// Properly, and then `sub` is changed.
    ClaimsChanged,
    /// The signature is left out; the header stays.
    CutOff,
    /// By HS256 with the client's secret.
    ClientSecret,
    /// By HS256 with the text of the public key, as PEM.
    PublicKeyText,
    /// By HS256 with the text of the key set.
    KeySetText,
    /// By HS256 with an empty key.
    EmptySecret,
    /// By a key of a stranger, under the `kid` of the real one.
    Stranger,
    /// By a key of a stranger that the header brings along, in every way there is.
    Embedded,
}

impl Forgery {
    pub(super) fn sign(
        self,
        provider: &Provider,
        state: &State,
        client_id: &str,
        mut header: Value,
        claims: &Value,
    ) -> String {
        match self {
            Self::Unsigned => {
                header["alg"] = json!("none");
                format!("{}.{}.", part(&header), part(claims))
            }
            Self::Changed => {
                let token = state.keys.sign(&header, claims);
                let (signed, signature) = token.rsplit_once('.').unwrap_or_default();
                let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
                if let Some(byte) = bytes.get_mut(7) {
                    *byte ^= 1;
                }
                format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes))
            }
            Self::ClaimsChanged => {
                let token = state.keys.sign(&header, claims);
                let (_, signature) = token.rsplit_once('.').unwrap_or_default();
                let mut changed = claims.clone();
                changed["sub"] = json!("269110741522350081");
                changed["name"] = json!("Mallory");
                format!("{}.{}.{signature}", part(&header), part(&changed))
            }
            Self::CutOff => format!("{}.{}.", part(&header), part(claims)),
            Self::ClientSecret => {
                let secret = provider.client(client_id).and_then(|client| client.secret.clone());
                by_secret(&mut header, claims, secret.unwrap_or_default().as_bytes())
            }
            Self::PublicKeyText => {
                let text = public_key_text(&state.keys);
                by_secret(&mut header, claims, text.as_bytes())
            }
            Self::KeySetText => {
                let text = documents::jwks(&state.keys).to_string();
                by_secret(&mut header, claims, text.as_bytes())
            }
            Self::EmptySecret => by_secret(&mut header, claims, b""),
            Self::Stranger => {
                header["alg"] = json!(Algorithm::Es256.name());
                state.stranger.sign(&header, claims)
            }
            Self::Embedded => {
                header["alg"] = json!(Algorithm::Es256.name());
                header["jwk"] = json!(state.stranger.public());
                header["jku"] = json!(provider.url(paths::TRAP));
                header["x5u"] = json!(provider.url(paths::TRAP));
                header["x5c"] = json!([STANDARD.encode("no certificate")]);
                state.stranger.sign(&header, claims)
            }
        }
    }
}

fn by_secret(header: &mut Value, claims: &Value, secret: &[u8]) -> String {
    header["alg"] = json!("HS256");
    compact(
        header,
        claims,
        &EncodingKey::from_secret(secret),
        jsonwebtoken::Algorithm::HS256,
    )
}

/// The current public key as relying parties may have it on disk: PEM for P-256, the JWK's own text for the others.
fn public_key_text(keys: &KeyRing) -> String {
    /// What stands before the point in a public key for P-256 (RFC 5480, section 2).
    const HEAD: [u8; 27] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];
    let current: Option<&Jwk> = keys.public().next();
    match current.map(|jwk| &jwk.algorithm) {
        Some(AlgorithmParameters::EllipticCurve(point)) => {
            let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
            let der = [&HEAD[..], &bytes(&point.x), &bytes(&point.y)].concat();
            let text = STANDARD.encode(der);
            let (first, second) = text.split_at(64.min(text.len()));
            format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n")
        }
        _ => json!(current).to_string(),
    }
}
