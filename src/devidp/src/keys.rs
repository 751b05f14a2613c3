//! Signing keys: making, signing, publishing, rotating.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{DecodingKey, EncodingKey, Validation};
use p256::elliptic_curve::rand_core::OsRng;
use p256::pkcs8::EncodePrivateKey as _;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::random;

/// What tokens are signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    #[default]
    Es256,
    /// RSA PKCS#1 v1.5 with SHA-256, keys of 2048 bits. Making such a key takes a while in an unoptimised build.
    Rs256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// The name in a JOSE header (RFC 7518, RFC 8037).
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }

    fn jose(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}

impl FromStr for Algorithm {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        [Self::Es256, Self::Rs256, Self::EdDsa]
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| Error::UnknownAlgorithm(name.to_owned()))
    }
}

/// One key pair.
pub(crate) struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    private: EncodingKey,
    public: Jwk,
}

impl SigningKey {
    /// Makes a key pair. Slow for RS256: call it where blocking is allowed.
    pub(crate) fn generate(algorithm: Algorithm) -> Result<Self, Error> {
        let private = match algorithm {
            Algorithm::Es256 => {
                let der = p256::SecretKey::random(&mut OsRng).to_pkcs8_der().map_err(key_error)?;
                EncodingKey::from_ec_der(der.as_bytes())
            }
            Algorithm::Rs256 => {
                let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).map_err(key_error)?;
                EncodingKey::from_rsa_der(key.to_pkcs1_der().map_err(key_error)?.as_bytes())
            }
            Algorithm::EdDsa => EncodingKey::from_ed_der(&ed25519_pkcs8(random::bytes())),
        };
        let kid = random::name();
        let mut public = Jwk::from_encoding_key(&private, algorithm.jose()).map_err(key_error)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            kid,
            algorithm,
            private,
            public,
        })
    }

    /// The public half.
    pub(crate) fn public(&self) -> &Jwk {
        &self.public
    }

    /// A compact JWS (RFC 7515, section 7.1) over exactly this header and these claims.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        compact(header, claims, &self.private, self.algorithm.jose())
    }
}

fn key_error(error: impl std::fmt::Display) -> Error {
    Error::Key(error.to_string())
}

/// An Ed25519 private key as PKCS#8 version 1 (RFC 8410, section 7): a fixed head, then the 32 bytes of the seed.
fn ed25519_pkcs8(seed: [u8; 32]) -> Vec<u8> {
    const HEAD: [u8; 16] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ];
    [&HEAD[..], &seed[..]].concat()
}

/// The current key and the older ones that are still published.
pub(crate) struct KeyRing {
    current: SigningKey,
    older: Vec<SigningKey>,
}

impl KeyRing {
    pub(crate) fn new(current: SigningKey) -> Self {
        Self {
            current,
            older: Vec::new(),
        }
    }

    /// Signs with `key` from now on; the key so far stays published.
    pub(crate) fn rotate(&mut self, key: SigningKey) {
        self.older.push(std::mem::replace(&mut self.current, key));
    }

    /// Stops publishing every key but the current one.
    pub(crate) fn retire_older(&mut self) {
        self.older.clear();
    }

    pub(crate) fn current_kid(&self) -> &str {
        &self.current.kid
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.current.algorithm
    }

    /// Public halves, the current one first.
    pub(crate) fn public(&self) -> impl Iterator<Item = &Jwk> {
        std::iter::once(&self.current).chain(&self.older).map(|key| &key.public)
    }

    /// A compact JWS (RFC 7515, section 7.1) over exactly this header and these claims, by the current key. The header
    /// is not looked at: it may lie.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        self.current.sign(header, claims)
    }

    /// The claims of an ID token this provider has signed with a key still published, however old it is
    /// (RP-Initiated Logout, section 2: an expired hint is accepted).
    pub(crate) fn read_own_id_token(&self, issuer: &str, token: &str) -> Option<Map<String, Value>> {
        let kid = jsonwebtoken::decode_header(token)
            .ok()
            .filter(|header| header.typ.as_deref() == Some("JWT"))?
            .kid?;
        let public = self
            .public()
            .find(|public| public.common.key_id.as_ref() == Some(&kid))?;
        let mut validation = Validation::new(self.current.algorithm.jose());
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["iss"]);
        validation.set_issuer(&[issuer]);
        let key = DecodingKey::from_jwk(public).ok()?;
        Some(jsonwebtoken::decode(token, &key, &validation).ok()?.claims)
    }
}

/// A compact JWS over exactly this header and these claims.
pub(crate) fn compact(header: &Value, claims: &Value, key: &EncodingKey, algorithm: jsonwebtoken::Algorithm) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm)
        .expect("the key was made here for this algorithm");
    format!("{message}.{signature}")
}

/// A part of a compact JWS.
pub(crate) fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
