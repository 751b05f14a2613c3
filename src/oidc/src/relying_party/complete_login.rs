use std::fmt;

use flui_identity::{SecretHash, logins::LoginAttempt, people::ProvenPerson, sign_ins::Proof};
use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

use super::RelyingParty;
use crate::{
    Bad, LoginError, ProviderError, TokenError, attempt,
    discovery::Metadata,
    jwt::{IssuedAt, Kind, Token},
    person,
};

const MAX_CODE: usize = 4096;

/// What the provider sent back by the browser.
pub struct CallbackAnswer {
    /// The authorization code.
    pub code: String,
    /// The `iss` parameter (RFC 9207).
    pub iss: Option<String>,
}

impl fmt::Debug for CallbackAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackAnswer")
            .field("iss", &self.iss)
            .finish_non_exhaustive()
    }
}

/// A sign-in that the provider has proven.
#[derive(Debug)]
pub struct CompletedLogin {
    /// Who.
    pub person: ProvenPerson,
    /// How and when.
    pub proof: Proof,
    /// The ID token, good as `id_token_hint` at logout. Never for the browser to keep in clear.
    pub id_token: SecretString,
    /// The refresh token, if one was asked for and given. Never for the browser, and kept sealed.
    pub refresh_token: Option<SecretString>,
}

struct Tokens {
    id: SecretString,
    access: SecretString,
    refresh: Option<SecretString>,
}

impl RelyingParty {
    /// Checks that an answer came from this provider (RFC 9207, section 2.4). [`RelyingParty::complete_login`] does so
    /// before anything else; answers with an `error` need it too.
    pub async fn check_answer_issuer(&self, iss: Option<&str>) -> Result<(), LoginError> {
        let metadata = self.metadata().await?;
        match iss {
            Some(iss) if iss == self.settings.issuer => Ok(()),
            Some(_) => Err(LoginError::Refused("answer_issuer")),
            None if metadata.answers_with_issuer => Err(LoginError::Refused("answer_issuer_missing")),
            None => Ok(()),
        }
    }

    /// Completes a sign-in: swaps the code for tokens and checks the ID token (`OpenID` Connect Core 1.0, section
    /// 3.1.3.7). The caller has taken the attempt out of the store, so that it is good once.
    pub async fn complete_login(
        &self,
        attempt: &LoginAttempt,
        browser_secret: &str,
        state: &str,
        answer: CallbackAnswer,
    ) -> Result<CompletedLogin, LoginError> {
        let is_this_attempt = attempt.state_hash == SecretHash::of(state)
            && attempt.browser_hash == SecretHash::of(browser_secret)
            && attempt.expires_at > self.clock.now();
        if !is_this_attempt {
            return Err(LoginError::Refused("attempt"));
        }
        self.check_answer_issuer(answer.iss.as_deref()).await?;
        if answer.code.is_empty() || answer.code.len() > MAX_CODE {
            return Err(LoginError::Refused("code"));
        }

        let metadata = self.metadata().await?;
        let tokens = self
            .redeem(&metadata, &answer.code, &attempt::pkce_verifier(browser_secret, state))
            .await?;
        let token = Token::read(tokens.id.expose_secret())?;
        let claims = token.claims();
        let now = self.clock.now();
        token.check_kind(Kind::Id)?;
        claims.check_issuer(&self.settings.issuer)?;
        claims.check_made_for(&self.settings.client_id, &self.settings.audiences)?;
        claims.check_times(now, IssuedAt::Recently)?;
        claims.check_no_event()?;
        claims.check_nonce(&attempt::nonce(browser_secret, state))?;
        claims.check_access_token(tokens.access.expose_secret(), token.algorithm())?;
        claims.check_auth_time(now, attempt.max_age)?;
        let subject = claims.subject()?;
        self.check_signature(&metadata, &token).await?;

        let userinfo = self
            .userinfo_if_needed(
                &metadata,
                claims,
                tokens.access.expose_secret(),
                &self.settings.client_id,
                subject,
            )
            .await?;
        let mut person = person::proven_person(
            &self.settings.issuer,
            claims,
            userinfo.as_ref(),
            &self.settings.roles_claim,
        )?;
        // Whoever signs in without a role now has none now: removed roles must not outlive this.
        person.groups.get_or_insert_default();
        let proof = person::proof(claims)?;
        Ok(CompletedLogin {
            person,
            proof,
            id_token: tokens.id,
            refresh_token: tokens.refresh.filter(|_| self.settings.offline_access),
        })
    }

    /// Swaps the code for tokens (RFC 6749, section 4.1.3; RFC 7636, section 4.5).
    async fn redeem(&self, metadata: &Metadata, code: &str, verifier: &str) -> Result<Tokens, TokenError> {
        let redirect_uri = self.settings.redirect_uri();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", verifier),
        ];
        let answer = self
            .http
            .post_form(&metadata.token_endpoint, self.credentials(metadata), &form)
            .await?;
        if answer.status != StatusCode::OK {
            let error = answer.object().ok();
            let code = error.as_ref().and_then(|error| error.get("error")?.as_str());
            return Err(refusal(answer.status, code));
        }
        read_tokens(&answer.object()?)
    }
}

/// RFC 6749, section 5.2. A code that is no good is the answer's fault; a client that is not known is a setting's.
fn refusal(status: StatusCode, code: Option<&str>) -> TokenError {
    match code {
        Some("invalid_grant") => TokenError::Refused("code"),
        Some("invalid_client" | "unauthorized_client") => ProviderError::Bad(Bad::ClientRefused).into(),
        _ if status == StatusCode::UNAUTHORIZED => ProviderError::Bad(Bad::ClientRefused).into(),
        _ => ProviderError::Bad(Bad::Status(status.as_u16())).into(),
    }
}

fn read_tokens(answer: &Map<String, Value>) -> Result<Tokens, TokenError> {
    let text = |name| answer.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let token_type = text("token_type").ok_or(ProviderError::Bad(Bad::Incomplete("token_type")))?;
    if !token_type.eq_ignore_ascii_case("Bearer") {
        return Err(TokenError::Refused("token_type"));
    }
    let access_token = text("access_token").ok_or(ProviderError::Bad(Bad::Incomplete("access_token")))?;
    let id_token = text("id_token").ok_or(ProviderError::Bad(Bad::Incomplete("id_token")))?;
    Ok(Tokens {
        id: id_token.into(),
        access: access_token.into(),
        refresh: text("refresh_token").map(SecretString::from),
    })
}
