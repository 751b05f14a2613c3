use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use crate::TokenError;

/// What a token claims to be, by its `typ` (RFC 8725, section 3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An ID token or signed userinfo: no type, or the general one.
    Id,
    /// An access token (RFC 9068, section 2.1).
    Access,
    /// A logout token (`OpenID` Connect Back-Channel Logout 1.0, section 2.4): its own type, or none.
    Logout,
}

/// The JOSE header (RFC 7515, section 4). Keys and addresses of keys in it (`jwk`, `jku`, `x5u`, `x5c`) are not looked
/// at: a token does not bring its own key.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) algorithm: Algorithm,
    pub(crate) kid: Option<String>,
    typ: Option<String>,
}

impl Header {
    pub(crate) fn read(members: &Map<String, Value>) -> Result<Self, TokenError> {
        // No extension is understood here, so RFC 7515, section 4.1.11 demands refusal.
        if members.contains_key("crit") {
            return Err(TokenError::Refused("critical_header"));
        }
        let algorithm = members
            .get("alg")
            .and_then(Value::as_str)
            .and_then(algorithm)
            .ok_or(TokenError::Refused("algorithm"))?;
        Ok(Self {
            algorithm,
            kid: text(members, "kid")?,
            typ: text(members, "typ")?,
        })
    }

    /// Whether the type allows this kind. Types are compared without regard to case (RFC 7515, section 4.1.9).
    pub(crate) fn may_be(&self, kind: Kind) -> bool {
        let is = |known: &str| self.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(known));
        match kind {
            Kind::Id => self.typ.is_none() || is("JWT"),
            Kind::Access => is("at+jwt") || is("application/at+jwt") || self.typ.is_none() || is("JWT"),
            Kind::Logout => self.typ.is_none() || is("logout+jwt"),
        }
    }
}

fn text(members: &Map<String, Value>, name: &str) -> Result<Option<String>, TokenError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(TokenError::Refused("malformed")),
    }
}

/// The algorithms that are accepted, whatever the provider announces: public keys only, never `none`, never a shared
/// secret (RFC 8725, sections 3.1 and 3.2).
pub(super) fn algorithm(name: &str) -> Option<Algorithm> {
    match name {
        "ES256" => Some(Algorithm::ES256),
        "ES384" => Some(Algorithm::ES384),
        "RS256" => Some(Algorithm::RS256),
        "RS384" => Some(Algorithm::RS384),
        "RS512" => Some(Algorithm::RS512),
        "PS256" => Some(Algorithm::PS256),
        "PS384" => Some(Algorithm::PS384),
        "PS512" => Some(Algorithm::PS512),
        "EdDSA" => Some(Algorithm::EdDSA),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn header(value: Value) -> Result<Header, TokenError> {
        let Value::Object(members) = value else {
            panic!("an object")
        };
        Header::read(&members)
    }

    #[test]
    fn c11_c12_only_public_key_algorithms_are_accepted() {
        for name in [
            "ES256", "ES384", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA",
        ] {
            assert!(header(json!({"alg": name})).is_ok(), "{name}");
        }
        for name in [
            "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "es256", "RS1", "ES256K", "RSA-OAEP",
        ] {
            assert_eq!(
                header(json!({"alg": name})).unwrap_err(),
                TokenError::Refused("algorithm"),
                "{name}"
            );
        }
        for value in [json!({}), json!({"alg": null}), json!({"alg": ["ES256"]})] {
            assert_eq!(header(value).unwrap_err(), TokenError::Refused("algorithm"));
        }
    }

    #[test]
    fn c15_critical_extensions_are_refused_and_embedded_keys_ignored() {
        let crit = json!({"alg": "ES256", "crit": ["b64"], "b64": true});
        assert_eq!(header(crit).unwrap_err(), TokenError::Refused("critical_header"));
        let empty = json!({"alg": "ES256", "crit": []});
        assert_eq!(header(empty).unwrap_err(), TokenError::Refused("critical_header"));
        assert!(header(json!({"alg": "ES256", "jwk": {}, "jku": "https://evil", "x5c": []})).is_ok());
    }

    #[test]
    fn c16_l10_a_type_belongs_to_one_kind() {
        let kinds = |typ: Value| {
            let header = header(json!({"alg": "ES256", "typ": typ})).unwrap();
            [Kind::Id, Kind::Access, Kind::Logout].map(|kind| header.may_be(kind))
        };
        assert_eq!(kinds(json!("JWT")), [true, true, false]);
        assert_eq!(kinds(json!("jwt")), [true, true, false]);
        assert_eq!(kinds(json!("at+jwt")), [false, true, false]);
        assert_eq!(kinds(json!("application/AT+JWT")), [false, true, false]);
        assert_eq!(kinds(json!("Logout+JWT")), [false, false, true]);
        assert_eq!(kinds(json!("secevent+jwt")), [false, false, false]);
        assert_eq!(kinds(json!("dpop+jwt")), [false, false, false]);
        let none = header(json!({"alg": "ES256"})).unwrap();
        assert!(
            [Kind::Id, Kind::Access, Kind::Logout]
                .into_iter()
                .all(|kind| none.may_be(kind))
        );
        assert!(header(json!({"alg": "ES256", "typ": 1})).is_err());
    }
}
