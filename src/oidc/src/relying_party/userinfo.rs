use reqwest::StatusCode;
use url::Url;

use super::RelyingParty;
use crate::{
    Bad, ProviderError, TokenError,
    discovery::Metadata,
    jwt::{Claims, Kind, Token},
    person,
};

impl RelyingParty {
    /// What userinfo says, if the token leaves something open and the provider has the endpoint.
    pub(super) async fn userinfo_if_needed(
        &self,
        metadata: &Metadata,
        claims: &Claims,
        access_token: &str,
        client_id: &str,
        subject: &str,
    ) -> Result<Option<Claims>, TokenError> {
        match &metadata.userinfo_endpoint {
            Some(endpoint) if person::is_incomplete(claims, &self.settings.roles_claim) => self
                .userinfo(metadata, endpoint, access_token, client_id, subject)
                .await
                .map(Some),
            _ => Ok(None),
        }
    }

    /// Asks who an access token is about (`OpenID` Connect Core 1.0, section 5.3). The answer proves nothing about whom
    /// the token was made for; it only adds to what is proven. Its subject must be the same (section 5.3.2).
    pub(super) async fn userinfo(
        &self,
        metadata: &Metadata,
        endpoint: &Url,
        access_token: &str,
        client_id: &str,
        subject: &str,
    ) -> Result<Claims, TokenError> {
        let answer = self.http.get_with_bearer(endpoint, access_token).await?;
        if matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Err(TokenError::Refused("userinfo"));
        }
        let answer = answer.ok()?;
        let claims = if answer.is("application/json") {
            Claims::new(answer.object()?)
        } else if answer.is("application/jwt") {
            let text = std::str::from_utf8(&answer.body).map_err(|_| TokenError::Refused("malformed"))?;
            self.signed_userinfo(metadata, text.trim(), client_id).await?
        } else {
            return Err(ProviderError::Bad(Bad::NotJson).into());
        };
        if claims.subject()? == subject {
            Ok(claims)
        } else {
            Err(TokenError::Refused("userinfo_sub"))
        }
    }

    /// Signed userinfo names issuer and audience; times are optional in it.
    async fn signed_userinfo(&self, metadata: &Metadata, text: &str, client_id: &str) -> Result<Claims, TokenError> {
        let token = Token::read(text)?;
        let claims = token.claims();
        token.check_kind(Kind::Id)?;
        claims.check_issuer(&self.settings.issuer)?;
        claims.check_made_for(client_id, &self.settings.audiences)?;
        claims.check_no_event()?;
        if claims.moment("exp")?.is_some() {
            claims.check_expiry(self.clock.now())?;
        }
        self.check_signature(metadata, &token).await?;
        Ok(token.into_claims())
    }
}
