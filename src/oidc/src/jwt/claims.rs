use std::{fmt, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flui_model::Timestamp;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;

use crate::TokenError;

/// How far two clocks may be apart.
pub(crate) const LEEWAY: Duration = Duration::from_mins(1);
/// How old a token may be that was made for this very moment.
const RECENT: Duration = Duration::from_mins(10);
/// The last second of the year 9999: no time after it is meant seriously.
const LAST_SECOND: u64 = 253_402_300_799;
const MAX_IDENTIFIER: usize = 255;

/// How old a token may be by its `iat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IssuedAt {
    /// At most ten minutes: it was made for this moment.
    Recently,
    /// Any time until now; `exp` decides.
    Before,
}

/// Claims and the checks that any of the provider's documents may need. A member that is `null` counts as absent.
///
/// Debug shows nothing: tokens carry personal data.
pub(crate) struct Claims(Map<String, Value>);

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims(..)")
    }
}

impl Claims {
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    pub(crate) fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text, if there is one; refused when something else stands there.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&str>, TokenError> {
        self.get(name)
            .map(|value| value.as_str().ok_or(TokenError::Refused(name)))
            .transpose()
    }

    /// A moment in seconds since 1970, with or without a fraction (RFC 7519, section 2, `NumericDate`).
    pub(crate) fn moment(&self, name: &'static str) -> Result<Option<Timestamp>, TokenError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let since_epoch = match value.as_u64() {
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => value
                .as_f64()
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        };
        since_epoch
            .filter(|since_epoch| since_epoch.as_secs() <= LAST_SECOND)
            .map(|since_epoch| Some(Timestamp::from_seconds(0) + since_epoch))
            .ok_or(TokenError::Refused(name))
    }

    /// The provider's id of the person: 1 to 255 characters.
    pub(crate) fn subject(&self) -> Result<&str, TokenError> {
        self.identifier("sub")?.ok_or(TokenError::Refused("sub"))
    }

    /// The provider's session, if one is named.
    pub(crate) fn session(&self) -> Result<Option<&str>, TokenError> {
        self.identifier("sid")
    }

    /// A text of 1 to 255 characters, if there is one.
    pub(crate) fn identifier(&self, name: &'static str) -> Result<Option<&str>, TokenError> {
        match self.text(name)? {
            Some(text) if text.is_empty() || text.chars().count() > MAX_IDENTIFIER => Err(TokenError::Refused(name)),
            text => Ok(text),
        }
    }

    /// The issuer is this one, byte for byte.
    pub(crate) fn check_issuer(&self, issuer: &str) -> Result<(), TokenError> {
        if self.text("iss")? == Some(issuer) {
            Ok(())
        } else {
            Err(TokenError::Refused("iss"))
        }
    }

    /// The audience, one string or several.
    pub(crate) fn audience(&self) -> Result<Vec<&str>, TokenError> {
        const REFUSED: TokenError = TokenError::Refused("aud");
        match self.get("aud") {
            Some(Value::String(one)) => Ok(vec![one]),
            Some(Value::Array(several)) => several.iter().map(|one| one.as_str().ok_or(REFUSED)).collect(),
            _ => Err(REFUSED),
        }
    }

    /// The token was made for this client (`OpenID` Connect Core 1.0, section 3.1.3.7, rules 3 to 5). Beside it only
    /// the `further` audiences may stand, and then `azp` must say that the token was handed to this client.
    pub(crate) fn check_made_for(&self, client_id: &str, further: &[String]) -> Result<(), TokenError> {
        let audience = self.audience()?;
        let is_known = |one: &&str| *one == client_id || further.iter().any(|known| known == one);
        if !audience.contains(&client_id) || !audience.iter().all(is_known) {
            return Err(TokenError::Refused("aud"));
        }
        match self.text("azp")? {
            Some(party) if party == client_id => Ok(()),
            None if audience.len() == 1 => Ok(()),
            _ => Err(TokenError::Refused("azp")),
        }
    }

    /// The access token was handed to this client (RFC 9068, section 2.2, `client_id`; `azp` where providers call it so)
    /// and is meant for it or one of the `further` audiences.
    pub(crate) fn check_handed_to(&self, client_id: &str, further: &[String]) -> Result<(), TokenError> {
        let is_meant = |one: &&str| *one == client_id || further.iter().any(|known| known == one);
        if !self.audience()?.iter().any(is_meant) {
            return Err(TokenError::Refused("aud"));
        }
        let clients = [self.text("client_id")?, self.text("azp")?];
        let mut named = clients.iter().flatten().peekable();
        if named.peek().is_some() && named.all(|named| *named == client_id) {
            Ok(())
        } else {
            Err(TokenError::Refused("client_id"))
        }
    }

    /// `exp`, `iat` and `nbf` hold now, within the leeway. `exp` and `iat` are required. Answers with `exp`.
    pub(crate) fn check_times(&self, now: Timestamp, issued: IssuedAt) -> Result<Timestamp, TokenError> {
        let expires_at = self.check_expiry(now)?;
        let issued_at = self.moment("iat")?.ok_or(TokenError::Refused("iat"))?;
        let is_stale = issued == IssuedAt::Recently && now.since(issued_at) > RECENT;
        if issued_at > now + LEEWAY || is_stale {
            Err(TokenError::Refused("iat"))
        } else {
            Ok(expires_at)
        }
    }

    /// `exp` is required and `exp` and `nbf` hold now, within the leeway. Answers with `exp`.
    pub(crate) fn check_expiry(&self, now: Timestamp) -> Result<Timestamp, TokenError> {
        let expires_at = self.moment("exp")?.ok_or(TokenError::Refused("exp"))?;
        if expires_at + LEEWAY <= now {
            return Err(TokenError::Refused("exp"));
        }
        if self.moment("nbf")?.is_some_and(|not_before| not_before > now + LEEWAY) {
            return Err(TokenError::Refused("nbf"));
        }
        Ok(expires_at)
    }

    /// The nonce is the one that was sent.
    pub(crate) fn check_nonce(&self, sent: &str) -> Result<(), TokenError> {
        let nonce = self.text("nonce")?.unwrap_or_default();
        if nonce.as_bytes().ct_eq(sent.as_bytes()).into() {
            Ok(())
        } else {
            Err(TokenError::Refused("nonce"))
        }
    }

    /// `at_hash`, when present, is the left half of the access token's hash, by the hash of the signature's algorithm
    /// (`OpenID` Connect Core 1.0, section 3.1.3.6). Ed25519 hashes with SHA-512.
    pub(crate) fn check_access_token(&self, access_token: &str, algorithm: Algorithm) -> Result<(), TokenError> {
        let Some(claimed) = self.text("at_hash")? else {
            return Ok(());
        };
        let hash = match algorithm {
            Algorithm::ES256 | Algorithm::RS256 | Algorithm::PS256 => Sha256::digest(access_token).to_vec(),
            Algorithm::ES384 | Algorithm::RS384 | Algorithm::PS384 => Sha384::digest(access_token).to_vec(),
            _ => Sha512::digest(access_token).to_vec(),
        };
        let wanted = URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]);
        if claimed.as_bytes().ct_eq(wanted.as_bytes()).into() {
            Ok(())
        } else {
            Err(TokenError::Refused("at_hash"))
        }
    }

    /// The person was seen at most `max_age` seconds ago, if that was asked for, and not in the future (`OpenID` Connect
    /// Core 1.0, section 3.1.3.7, rule 13).
    pub(crate) fn check_auth_time(&self, now: Timestamp, max_age: Option<u32>) -> Result<(), TokenError> {
        const REFUSED: TokenError = TokenError::Refused("auth_time");
        let Some(seen_at) = self.moment("auth_time")? else {
            return if max_age.is_none() { Ok(()) } else { Err(REFUSED) };
        };
        let is_stale = max_age
            .map(|max_age| Duration::from_secs(max_age.into()) + LEEWAY)
            .is_some_and(|oldest| now.since(seen_at) > oldest);
        if seen_at > now + LEEWAY || is_stale {
            Err(REFUSED)
        } else {
            Ok(())
        }
    }

    /// No security event: those are signed by the same keys, and a logout token must never pass for anything else.
    pub(crate) fn check_no_event(&self) -> Result<(), TokenError> {
        if self.0.contains_key("events") {
            Err(TokenError::Refused("events"))
        } else {
            Ok(())
        }
    }

    /// Exactly what makes a logout token: the event, and no nonce (`OpenID` Connect Back-Channel Logout 1.0, sections
    /// 2.4 and 2.6).
    pub(crate) fn check_logout_event(&self) -> Result<(), TokenError> {
        const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
        let event = self
            .get("events")
            .and_then(Value::as_object)
            .and_then(|events| events.get(EVENT));
        if !event.is_some_and(Value::is_object) {
            return Err(TokenError::Refused("events"));
        }
        if self.0.contains_key("nonce") {
            Err(TokenError::Refused("nonce"))
        } else {
            Ok(())
        }
    }

    /// No key of its own that the caller would have to prove (RFC 9449, section 6; RFC 8705, section 3.1): as a plain
    /// bearer such a token is a stolen one.
    pub(crate) fn check_unbound(&self) -> Result<(), TokenError> {
        if self.get("cnf").is_some() {
            Err(TokenError::Refused("cnf"))
        } else {
            Ok(())
        }
    }
}
