use flui_identity::{SecretHash, exchange::VerifiedBearer};

use super::RelyingParty;
use crate::{
    BearerError, TokenError,
    discovery::Metadata,
    jwt::{Claims, IssuedAt, Kind, LEEWAY, MAX_LENGTH, Token},
    person,
};

impl RelyingParty {
    /// Verifies a bearer for the exchange: an ID token of the command line's client, or an access token that was handed
    /// to it; a JWT by its signature, anything else by asking the provider.
    ///
    /// A token of another application of the same provider is never enough, however good it is: such an application
    /// could otherwise buy keys for everybody who signs in to it.
    pub async fn verify_bearer(&self, token: &str) -> Result<VerifiedBearer, BearerError> {
        if token.is_empty() || token.len() > MAX_LENGTH || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BearerError::Refused("malformed"));
        }
        let is_jwt = token.bytes().filter(|byte| *byte == b'.').count() == 2;
        if is_jwt {
            Ok(self.verify_jwt_bearer(token).await?)
        } else {
            let metadata = self.metadata().await?;
            Ok(self.introspect_bearer(&metadata, token).await?)
        }
    }

    async fn verify_jwt_bearer(&self, bearer: &str) -> Result<VerifiedBearer, TokenError> {
        let token = Token::read(bearer)?;
        let claims = token.claims();
        claims.check_issuer(&self.settings.issuer)?;
        let kind = self.check_bearer_kind(&token)?;
        let now = self.clock.now();
        let expires_at = claims.check_times(now, IssuedAt::Before)?;
        claims.check_auth_time(now, None)?;
        claims.check_no_event()?;
        claims.check_unbound()?;
        let subject = self.human(claims)?;
        let metadata = self.metadata().await?;
        self.check_signature(&metadata, &token).await?;

        let userinfo = self.userinfo_of(&metadata, kind, claims, bearer, subject).await?;
        Ok(VerifiedBearer {
            person: person::proven_person(
                &self.settings.issuer,
                claims,
                userinfo.as_ref(),
                &self.settings.roles_claim,
            )?,
            proof: person::proof(claims)?,
            hash: SecretHash::of(bearer),
            expires_at: expires_at + LEEWAY,
        })
    }

    /// What the bearer is, by type, audience and client. Without a type of its own it may be either, and must then pass
    /// for one of them whole.
    fn check_bearer_kind(&self, token: &Token<'_>) -> Result<Kind, TokenError> {
        let (client_id, audiences) = (&self.settings.cli_client_id, &self.settings.audiences);
        if token.check_kind(Kind::Id).is_ok() && token.claims().check_made_for(client_id, audiences).is_ok() {
            // A client id makes it an access token, also where the audience is the client alone.
            let is_access = token.claims().text("client_id")?.is_some();
            if !is_access {
                return Ok(Kind::Id);
            }
        }
        token.check_kind(Kind::Access)?;
        token.claims().check_handed_to(client_id, audiences)?;
        Ok(Kind::Access)
    }

    /// An ID token opens no userinfo; an access token may.
    async fn userinfo_of(
        &self,
        metadata: &Metadata,
        kind: Kind,
        claims: &Claims,
        bearer: &str,
        subject: &str,
    ) -> Result<Option<Claims>, TokenError> {
        if kind == Kind::Access {
            self.userinfo_if_needed(metadata, claims, bearer, &self.settings.cli_client_id, subject)
                .await
        } else {
            Ok(None)
        }
    }

    /// The subject, if it can be a person: a client that speaks for itself has its own id as subject (RFC 9068, section
    /// 2.2).
    pub(super) fn human<'a>(&self, claims: &'a Claims) -> Result<&'a str, TokenError> {
        let subject = claims.subject()?;
        let own = [Some(&*self.settings.cli_client_id), Some(&*self.settings.client_id)];
        let clients = [own[0], own[1], claims.text("client_id")?, claims.text("azp")?];
        if clients.contains(&Some(subject)) {
            Err(TokenError::Refused("no_person"))
        } else {
            Ok(subject)
        }
    }
}
