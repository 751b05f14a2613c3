use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};
use url::Url;

use super::header::algorithm;
use crate::{Bad, ProviderError, TokenError, http::Http};

/// The provider's public keys for signatures (RFC 7517).
#[derive(Debug)]
pub(crate) struct KeySet {
    keys: Vec<Key>,
}

#[derive(Debug)]
pub(super) struct Key {
    kid: Option<String>,
    form: Form,
    /// The one algorithm that the provider means it for, if it says so.
    algorithm: Option<Algorithm>,
    decoding: DecodingKey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Rsa,
    P256,
    P384,
    Ed25519,
}

/// Fetches a key set.
pub(crate) async fn fetch(http: &Http, jwks_uri: &Url) -> Result<KeySet, ProviderError> {
    KeySet::read(&http.get(jwks_uri).await?.ok()?.object()?)
}

impl KeySet {
    /// Keys of unknown kinds are skipped, as RFC 7517, section 5 wants it. A set that holds private or symmetric keys is
    /// no good at all: whoever publishes those has lost them.
    fn read(document: &Map<String, Value>) -> Result<Self, ProviderError> {
        let listed = document
            .get("keys")
            .and_then(Value::as_array)
            .ok_or(ProviderError::Bad(Bad::Incomplete("keys")))?;
        let listed = || listed.iter().filter_map(Value::as_object);
        if listed().any(is_private) {
            return Err(ProviderError::Bad(Bad::PrivateKeys));
        }
        let keys: Vec<Key> = listed().filter_map(Key::read).collect();
        if keys.is_empty() {
            Err(ProviderError::Bad(Bad::NoKeys))
        } else {
            Ok(Self { keys })
        }
    }

    /// The key for a header: the one with its `kid` that fits its algorithm, or without a `kid` the only one that fits.
    ///
    /// `Ok(None)` means that this set does not know it and a newer one might.
    pub(super) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Option<&Key>, TokenError> {
        let mut named = self
            .keys
            .iter()
            .filter(|key| kid.is_none() || key.kid.as_deref() == kid)
            .peekable();
        if named.peek().is_none() {
            return Ok(None);
        }
        let mut fitting = named.filter(|key| key.fits(algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(Some(key)),
            (Some(_), Some(_)) => Err(TokenError::Refused("key_ambiguous")),
            (None, _) if kid.is_none() => Ok(None),
            (None, _) => Err(TokenError::Refused("key_mismatch")),
        }
    }
}

fn is_private(jwk: &Map<String, Value>) -> bool {
    const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    jwk.get("kty").and_then(Value::as_str) == Some("oct") || PRIVATE.iter().any(|name| jwk.contains_key(*name))
}

impl Key {
    fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let is_for_signatures = jwk.get("use").is_none_or(|usage| usage == "sig")
            && jwk.get("key_ops").is_none_or(|operations| {
                operations
                    .as_array()
                    .is_some_and(|operations| operations.iter().any(|operation| operation == "verify"))
            });
        let algorithm = match jwk.get("alg") {
            None => None,
            Some(name) => Some(algorithm(name.as_str()?)?),
        };
        let (form, decoding) = match (text("kty")?, text("crv")) {
            ("RSA", _) => {
                // Below 2048 bits is too weak (RFC 7518, section 3.3); above 4096 is more than can be checked here.
                let bits = significant_bits(&bytes(text("n")?)?)?;
                if !(2048..=4096).contains(&bits) {
                    return None;
                }
                (
                    Form::Rsa,
                    DecodingKey::from_rsa_components(text("n")?, text("e")?).ok()?,
                )
            }
            ("EC", Some("P-256")) => (Form::P256, curve_point(text("x")?, text("y")?, 32)?),
            ("EC", Some("P-384")) => (Form::P384, curve_point(text("x")?, text("y")?, 48)?),
            ("OKP", Some("Ed25519")) => {
                let x = text("x").filter(|x| bytes(x).is_some_and(|x| x.len() == 32))?;
                (Form::Ed25519, DecodingKey::from_ed_components(x).ok()?)
            }
            _ => return None,
        };
        let key = Self {
            kid: text("kid").map(str::to_owned),
            form,
            algorithm,
            decoding,
        };
        is_for_signatures.then_some(key)
    }

    /// Whether the key can be meant by this algorithm (RFC 8725, section 3.1).
    fn fits(&self, algorithm: Algorithm) -> bool {
        let form = match algorithm {
            Algorithm::ES256 => Form::P256,
            Algorithm::ES384 => Form::P384,
            Algorithm::EdDSA => Form::Ed25519,
            _ => Form::Rsa,
        };
        self.form == form && self.algorithm.is_none_or(|own| own == algorithm)
    }

    pub(super) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }
}

fn curve_point(x: &str, y: &str, length: usize) -> Option<DecodingKey> {
    let is_whole = |part: &str| bytes(part).is_some_and(|part| part.len() == length);
    (is_whole(x) && is_whole(y)).then(|| DecodingKey::from_ec_components(x, y).ok())?
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Nothing for zero.
fn significant_bits(number: &[u8]) -> Option<u32> {
    let start = number.iter().position(|byte| *byte != 0)?;
    let bytes = u32::try_from(number.len() - start).ok()?;
    Some(bytes.checked_mul(8)? - number[start].leading_zeros())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<KeySet, ProviderError> {
        let Value::Object(document) = value else {
            panic!("an object")
        };
        KeySet::read(&document)
    }

    fn numbers(length: usize) -> String {
        URL_SAFE_NO_PAD.encode(vec![0x81; length])
    }

    fn p256(kid: &str) -> Value {
        json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": numbers(32), "y": numbers(32)})
    }

    fn rsa(kid: &str, length: usize) -> Value {
        json!({"kty": "RSA", "kid": kid, "n": numbers(length), "e": "AQAB"})
    }

    fn with(mut key: Value, name: &str, value: Value) -> Value {
        key[name] = value;
        key
    }

    #[test]
    fn c30_private_and_symmetric_keys_spoil_a_set() {
        assert!(read(json!({"keys": [p256("a")]})).is_ok());
        for bad in [
            json!({"kty": "oct", "k": "AAAA"}),
            with(p256("b"), "d", json!("AAAA")),
            with(rsa("c", 256), "p", json!("AA")),
        ] {
            let set = read(json!({"keys": [p256("a"), bad]}));
            assert_eq!(set.unwrap_err(), ProviderError::Bad(Bad::PrivateKeys));
        }
    }

    #[test]
    fn c30_a_set_without_usable_keys_is_no_good() {
        for keys in [
            json!([]),
            json!([1, "a", null]),
            json!([{"kty": "EC", "crv": "P-521", "x": numbers(66), "y": numbers(66)}]),
            json!([with(p256("a"), "use", json!("enc"))]),
            json!([with(p256("a"), "key_ops", json!(["sign"]))]),
            json!([with(p256("a"), "alg", json!("ECDH-ES"))]),
            json!([with(p256("a"), "x", json!(numbers(31)))]),
            json!([rsa("weak", 128)]),
            json!([rsa("huge", 1024)]),
        ] {
            assert_eq!(
                read(json!({"keys": keys})).unwrap_err(),
                ProviderError::Bad(Bad::NoKeys),
                "{keys}"
            );
        }
        assert!(read(json!({})).is_err());
        assert!(read(json!({"keys": {}})).is_err());
        assert!(read(json!({"keys": [rsa("good", 256), {"kty": "new"}]})).is_ok());
    }

    #[test]
    fn c14_a_key_serves_only_the_algorithms_of_its_form() {
        let keys = json!({"keys": [p256("ec"), rsa("rsa", 256), with(rsa("ps", 256), "alg", json!("PS256"))]});
        let set = read(keys).unwrap();
        let found = |kid, algorithm| set.find(Some(kid), algorithm).map(|key| key.is_some());
        assert_eq!(found("ec", Algorithm::ES256), Ok(true));
        assert_eq!(found("rsa", Algorithm::RS512), Ok(true));
        assert_eq!(found("ps", Algorithm::PS256), Ok(true));
        for (kid, algorithm) in [
            ("ec", Algorithm::RS256),
            ("ec", Algorithm::ES384),
            ("ec", Algorithm::EdDSA),
            ("rsa", Algorithm::ES256),
            ("ps", Algorithm::RS256),
        ] {
            assert_eq!(
                found(kid, algorithm),
                Err(TokenError::Refused("key_mismatch")),
                "{kid} {algorithm:?}"
            );
        }
        assert_eq!(found("new", Algorithm::ES256), Ok(false));
    }

    #[test]
    fn c28_without_kid_exactly_one_key_must_fit() {
        let set = |keys: Value| read(json!({"keys": keys})).unwrap();
        let one = set(json!([p256("a"), rsa("b", 256)]));
        assert!(one.find(None, Algorithm::ES256).unwrap().is_some());
        let two = set(json!([p256("a"), p256("b")]));
        assert_eq!(
            two.find(None, Algorithm::ES256).unwrap_err(),
            TokenError::Refused("key_ambiguous")
        );
        assert!(two.find(None, Algorithm::RS256).unwrap().is_none());
    }
}
