use flui_identity::logins::LogoutToken;

use super::RelyingParty;
use crate::{
    TokenError,
    jwt::{IssuedAt, Kind, LEEWAY, Token},
};

impl RelyingParty {
    /// Verifies a logout token (`OpenID` Connect Back-Channel Logout 1.0, section 2.6). Whether it was acted on before
    /// is for the caller to know. A token that names a key nobody knows makes at most one request each 30 seconds;
    /// one that fails any other rule makes none.
    pub async fn verify_logout_token(&self, token: &str) -> Result<LogoutToken, TokenError> {
        let token = Token::read(token)?;
        let claims = token.claims();
        token.check_kind(Kind::Logout)?;
        claims.check_issuer(&self.settings.issuer)?;
        claims.check_made_for(&self.settings.client_id, &self.settings.audiences)?;
        let expires_at = claims.check_times(self.clock.now(), IssuedAt::Recently)?;
        claims.check_logout_event()?;
        let jti = claims.identifier("jti")?.ok_or(TokenError::Refused("jti"))?.to_owned();
        let subject = claims.identifier("sub")?.map(str::to_owned);
        let sid = claims.session()?.map(str::to_owned);
        if subject.is_none() && sid.is_none() {
            return Err(TokenError::Refused("sub_and_sid"));
        }
        let metadata = self.metadata().await?;
        self.check_signature(&metadata, &token).await?;
        Ok(LogoutToken {
            issuer: self.settings.issuer.clone(),
            jti,
            subject,
            sid,
            expires_at: expires_at + LEEWAY,
        })
    }
}
