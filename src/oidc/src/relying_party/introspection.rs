use flui_identity::{SecretHash, exchange::VerifiedBearer};
use serde_json::Value;

use super::RelyingParty;
use crate::{
    TokenError,
    discovery::Metadata,
    jwt::{Claims, LEEWAY},
    person,
};

impl RelyingParty {
    /// Verifies a bearer that only the provider can read, by asking the provider (RFC 7662).
    pub(super) async fn introspect_bearer(
        &self,
        metadata: &Metadata,
        bearer: &str,
    ) -> Result<VerifiedBearer, TokenError> {
        let claims = self.introspect(metadata, bearer).await?;
        let cli_client_id = &self.settings.cli_client_id;
        if claims.members().get("active") != Some(&Value::Bool(true)) {
            return Err(TokenError::Refused("inactive"));
        }
        if claims.text("iss")?.is_some() {
            claims.check_issuer(&self.settings.issuer)?;
        }
        match claims.text("client_id")? {
            Some(client_id) if client_id == cli_client_id => {}
            None if claims.audience()?.contains(&cli_client_id.as_str()) => {}
            _ => return Err(TokenError::Refused("client_id")),
        }
        claims.check_unbound()?;
        let now = self.clock.now();
        let expires_at = claims.check_expiry(now)?;
        claims.check_auth_time(now, None)?;
        let subject = self.human(&claims)?;
        // Asked always: an introspection answer says little of the person, and userinfo must name the same one.
        let userinfo = match &metadata.userinfo_endpoint {
            Some(endpoint) => Some(
                self.userinfo(metadata, endpoint, bearer, cli_client_id, subject)
                    .await?,
            ),
            None => None,
        };
        Ok(VerifiedBearer {
            person: person::proven_person(
                &self.settings.issuer,
                &claims,
                userinfo.as_ref(),
                &self.settings.roles_claim,
            )?,
            proof: person::proof(&claims)?,
            hash: SecretHash::of(bearer),
            expires_at: expires_at + LEEWAY,
        })
    }

    async fn introspect(&self, metadata: &Metadata, bearer: &str) -> Result<Claims, TokenError> {
        let endpoint = metadata
            .introspection_endpoint
            .as_ref()
            .ok_or(TokenError::Refused("opaque"))?;
        let form = [("token", bearer), ("token_type_hint", "access_token")];
        let answer = self.http.post_form(endpoint, self.credentials(metadata), &form).await?;
        Ok(Claims::new(answer.ok()?.object()?))
    }
}
