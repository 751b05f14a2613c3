//! What the command line checks of an ID token before it hands it to the dashboard.
//!
//! The token came straight from the token endpoint over TLS, which stands in for its signature (OpenID Connect Core,
//! 3.1.3.7, item 6). The dashboard verifies the signature and everything else at the exchange.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use flui_model::Timestamp;
use serde::Deserialize;

/// How far the clocks of provider and machine may be apart, in seconds.
const LEEWAY: i64 = 60;

/// What the claims must agree with.
pub(crate) struct Agreed<'a> {
    /// The provider's issuer, byte for byte.
    pub(crate) issuer: &'a str,
    /// The command line's client id.
    pub(crate) client_id: &'a str,
    /// The nonce of this very attempt.
    pub(crate) nonce: &'a str,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    nonce: Option<String>,
    exp: i64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn contains(&self, client_id: &str) -> bool {
        match self {
            Self::One(one) => one == client_id,
            Self::Many(many) => many.iter().any(|one| one == client_id),
        }
    }
}

/// Checks issuer, audience, nonce and end. The error says what is wrong with the token, and holds no part of it.
pub(crate) fn check(token: &str, agreed: &Agreed<'_>, now: Timestamp) -> Result<(), &'static str> {
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err("is not a signed token");
    };
    let payload = BASE64_URL_SAFE_NO_PAD
        .decode(payload)
        .map_err(|_| "is not a signed token")?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| "lacks claims that it must have")?;
    if claims.iss != agreed.issuer {
        return Err("comes from another issuer");
    }
    let for_us = claims.aud.contains(agreed.client_id) && claims.azp.is_none_or(|party| party == agreed.client_id);
    if !for_us {
        return Err("is meant for another client");
    }
    if claims.nonce.as_deref() != Some(agreed.nonce) {
        return Err("belongs to another sign-in");
    }
    if now.as_seconds() >= claims.exp.saturating_add(LEEWAY) {
        return Err("has expired; compare this machine's clock");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_764_000_000;

    fn verdict(change: impl FnOnce(&mut Value)) -> Result<(), &'static str> {
        let mut claims = json!({
            "iss": "https://id.example", "aud": "cli", "nonce": "n", "exp": NOW + 300, "sub": "ada"
        });
        change(&mut claims);
        let token = format!("e30.{}.sig", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()));
        let agreed = Agreed {
            issuer: "https://id.example",
            client_id: "cli",
            nonce: "n",
        };
        check(&token, &agreed, Timestamp::from_seconds(NOW))
    }

    #[test]
    fn a_token_of_this_sign_in_is_accepted() {
        assert_eq!(verdict(|_| ()), Ok(()));
        assert_eq!(verdict(|claims| claims["aud"] = json!(["api", "cli"])), Ok(()));
        assert_eq!(verdict(|claims| claims["azp"] = json!("cli")), Ok(()));
    }

    #[test]
    fn c17_another_issuer_is_refused() {
        for issuer in ["https://id.example/", "http://id.example", "https://ID.example"] {
            assert!(verdict(|claims| claims["iss"] = json!(issuer)).is_err(), "{issuer}");
        }
    }

    #[test]
    fn c18_another_audience_is_refused() {
        for audience in [json!("dashboard"), json!(["dashboard"]), json!([]), json!(7)] {
            assert!(verdict(|claims| claims["aud"] = audience).is_err());
        }
        assert!(verdict(|claims| claims["azp"] = json!("dashboard")).is_err());
    }

    #[test]
    fn c19_another_nonce_is_refused() {
        assert!(verdict(|claims| claims["nonce"] = json!("other")).is_err());
        assert!(verdict(|claims| claims["nonce"] = Value::Null).is_err());
    }

    #[test]
    fn c20_an_expired_token_is_refused() {
        assert_eq!(verdict(|claims| claims["exp"] = json!(NOW - 59)), Ok(()));
        assert!(verdict(|claims| claims["exp"] = json!(NOW - 60)).is_err());
        assert!(verdict(|claims| claims["exp"] = json!("soon")).is_err());
    }

    #[test]
    fn text_that_is_no_token_is_refused() {
        let agreed = Agreed {
            issuer: "i",
            client_id: "c",
            nonce: "n",
        };
        for token in ["", "a.b", "a.b.c", "a.e30.c", "a.e30.c.d", "a.!.c"] {
            assert!(check(token, &agreed, Timestamp::from_seconds(NOW)).is_err(), "{token}");
        }
    }
}
