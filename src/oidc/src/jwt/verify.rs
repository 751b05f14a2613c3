use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::{Claims, KeySet, Kind, header::Header};
use crate::TokenError;

/// Bytes. Far above what providers send, far below what would cost anything.
pub(crate) const MAX_LENGTH: usize = 16 * 1024;

/// A compact JWS (RFC 7515, section 7.1) taken apart. Nothing in it is proven before [`Token::check_signature`].
#[derive(Debug)]
pub(crate) struct Token<'a> {
    header: Header,
    claims: Claims,
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Token<'a> {
    /// Takes it apart. Refuses a form that is none and an algorithm that is not on the list.
    pub(crate) fn read(text: &'a str) -> Result<Self, TokenError> {
        const MALFORMED: TokenError = TokenError::Refused("malformed");
        if text.len() > MAX_LENGTH {
            return Err(TokenError::Refused("too_long"));
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(MALFORMED)?;
        let (header, claims) = signed.split_once('.').ok_or(MALFORMED)?;
        // A fourth part would stand in `claims` as a dot, which is not base64url.
        let header = Header::read(&object(header).ok_or(MALFORMED)?)?;
        let claims = Claims::new(object(claims).ok_or(MALFORMED)?);
        Ok(Self {
            header,
            claims,
            signed,
            signature,
        })
    }

    /// The claims. Believe them only after the signature.
    pub(crate) fn claims(&self) -> &Claims {
        &self.claims
    }

    pub(crate) fn into_claims(self) -> Claims {
        self.claims
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.header.algorithm
    }

    /// The type allows this kind.
    pub(crate) fn check_kind(&self, kind: Kind) -> Result<(), TokenError> {
        if self.header.may_be(kind) {
            Ok(())
        } else {
            Err(TokenError::Refused("typ"))
        }
    }

    /// Whether the set has the key for it; an older set may not have it yet.
    pub(crate) fn is_known_to(&self, keys: &KeySet) -> Result<bool, TokenError> {
        Ok(keys.find(self.header.kid.as_deref(), self.header.algorithm)?.is_some())
    }

    /// The signature is by one of these keys.
    pub(crate) fn check_signature(&self, keys: &KeySet) -> Result<(), TokenError> {
        let key = keys
            .find(self.header.kid.as_deref(), self.header.algorithm)?
            .ok_or(TokenError::Refused("key_unknown"))?;
        let signed = self.signed.as_bytes();
        match jsonwebtoken::crypto::verify(self.signature, signed, key.decoding(), self.header.algorithm) {
            Ok(true) => Ok(()),
            _ => Err(TokenError::Refused("signature")),
        }
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    fn refusal(text: &str) -> TokenError {
        Token::read(text).unwrap_err()
    }

    #[test]
    fn three_parts_of_json_are_read() {
        let text = format!("{}.{}.c2ln", part(&json!({"alg": "ES256"})), part(&json!({"sub": "1"})));
        let token = Token::read(&text).unwrap();
        assert_eq!(token.claims().subject(), Ok("1"));
        assert_eq!(token.algorithm(), Algorithm::ES256);
    }

    #[test]
    fn other_forms_are_refused() {
        let (header, claims) = (part(&json!({"alg": "ES256"})), part(&json!({})));
        for text in [
            String::new(),
            ".".to_owned(),
            "..".to_owned(),
            "opaque".to_owned(),
            format!("{header}.{claims}"),
            format!("{header}.{claims}.a.b"),
            format!("{header}.{claims}.a.b.c"),
            format!("{header}=.{claims}.a"),
            format!("{}.{claims}.a", part(&json!([]))),
            format!("{header}.{}.a", part(&json!("text"))),
            format!("{header}.{}.a", URL_SAFE_NO_PAD.encode([0xff, 0xfe])),
        ] {
            assert_eq!(refusal(&text), TokenError::Refused("malformed"), "{text}");
        }
        assert_eq!(refusal(&"a".repeat(MAX_LENGTH + 1)), TokenError::Refused("too_long"));
    }
}
