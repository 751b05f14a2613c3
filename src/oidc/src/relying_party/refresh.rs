use std::fmt;

use flui_identity::people::ProvenPerson;
use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::RelyingParty;
use crate::{
    Bad, ProviderError, TokenError, Unavailable,
    discovery::Metadata,
    jwt::{IssuedAt, Kind, Token},
    person,
};

/// What the provider gave for a refresh token.
pub struct Refreshed {
    /// The token for the next time, where the provider gives a new one each time; otherwise the old one stays.
    pub refresh_token: Option<SecretString>,
    /// What it says of the person now; nothing when it sent no ID token (`OpenID` Connect Core 1.0, section 12.2).
    pub person: Result<Option<ProvenPerson>, TokenError>,
}

impl fmt::Debug for Refreshed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Refreshed(..)")
    }
}

/// Why a refresh token brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// The provider does not take it: it was revoked or has expired, or its person is gone (RFC 6749, section 5.2).
    #[error("the provider refused the refresh token")]
    Refused,
    /// The provider never got it: the token is as good as before.
    #[error(transparent)]
    NotReached(ProviderError),
    /// Nobody can say whether the provider took it.
    #[error(transparent)]
    NoAnswer(ProviderError),
}

impl RelyingParty {
    /// Asks the provider by a refresh token whether it still stands for the person with this subject (RFC 6749, section
    /// 6). Providers take such a token once (RFC 9700, section 4.14.2), so what comes back must be kept before anything
    /// else is done.
    pub async fn refresh(&self, refresh_token: &SecretString, subject: &str) -> Result<Refreshed, RefreshError> {
        let metadata = self.metadata().await.map_err(RefreshError::NotReached)?;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
        ];
        let answer = self
            .http
            .post_form(&metadata.token_endpoint, self.credentials(&metadata), &form)
            .await
            .map_err(unanswered)?;
        if answer.status != StatusCode::OK {
            let error = answer.object().ok();
            let code = error.as_ref().and_then(|error| error.get("error")?.as_str());
            return Err(match code {
                Some("invalid_grant") => RefreshError::Refused,
                Some("invalid_client" | "unauthorized_client") => {
                    RefreshError::NotReached(ProviderError::Bad(Bad::ClientRefused))
                }
                _ => RefreshError::NoAnswer(ProviderError::Bad(Bad::Status(answer.status.as_u16()))),
            });
        }
        let answer = answer.object().map_err(RefreshError::NoAnswer)?;
        let text = |name| answer.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let person = match text("id_token") {
            None => Ok(None),
            Some(id_token) => {
                let access_token = text("access_token").unwrap_or_default();
                self.read_refreshed(&metadata, id_token, access_token, subject)
                    .await
                    .map(Some)
            }
        };
        Ok(Refreshed {
            refresh_token: text("refresh_token").map(SecretString::from),
            person,
        })
    }

    /// Checks a refreshed ID token (`OpenID` Connect Core 1.0, section 12.2): as at a sign-in, but for the nonce and
    /// for when the person was seen.
    async fn read_refreshed(
        &self,
        metadata: &Metadata,
        id_token: &str,
        access_token: &str,
        subject: &str,
    ) -> Result<ProvenPerson, TokenError> {
        let token = Token::read(id_token)?;
        let claims = token.claims();
        let now = self.clock.now();
        token.check_kind(Kind::Id)?;
        claims.check_issuer(&self.settings.issuer)?;
        claims.check_made_for(&self.settings.client_id, &self.settings.audiences)?;
        claims.check_times(now, IssuedAt::Recently)?;
        claims.check_no_event()?;
        claims.check_access_token(access_token, token.algorithm())?;
        claims.check_auth_time(now, None)?;
        if claims.subject()? != subject {
            return Err(TokenError::Refused("sub"));
        }
        self.check_signature(metadata, &token).await?;
        let userinfo = self
            .userinfo_if_needed(metadata, claims, access_token, &self.settings.client_id, subject)
            .await?;
        let mut person = person::proven_person(
            &self.settings.issuer,
            claims,
            userinfo.as_ref(),
            &self.settings.roles_claim,
        )?;
        // As at a sign-in: whoever has no role now has none.
        person.groups.get_or_insert_default();
        Ok(person)
    }
}

/// Whether the request can have arrived.
fn unanswered(error: ProviderError) -> RefreshError {
    match error {
        ProviderError::Unavailable(
            Unavailable::Name | Unavailable::Connect | Unavailable::Tls | Unavailable::Status(429 | 503),
        ) => RefreshError::NotReached(error),
        _ => RefreshError::NoAnswer(error),
    }
}
