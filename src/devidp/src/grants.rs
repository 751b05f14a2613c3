//! Codes and tokens, and which of them fall together.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::oauth_error::OAuthError;
use crate::random;

/// One act of giving access: everything issued from it dies together.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) id: String,
    pub(crate) client_id: String,
    /// The scopes granted, separated by single spaces.
    pub(crate) scope: String,
    /// Who signed in and how; `None` when a client acts for itself.
    pub(crate) proof: Option<Proof>,
}

/// What is known of a sign-in when a code is given for it.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    pub(crate) login: String,
    pub(crate) sid: String,
    pub(crate) auth_time: i64,
    pub(crate) nonce: Option<String>,
}

/// An authorization code and all it is bound to.
pub(crate) struct Code {
    pub(crate) grant: Grant,
    pub(crate) redirect_uri: String,
    /// The S256 challenge (RFC 7636, section 4.2).
    pub(crate) challenge: String,
    expires: i64,
    used: bool,
}

/// An access token as the provider remembers it, whatever its form.
#[derive(Debug, Clone)]
pub(crate) struct AccessToken {
    pub(crate) grant: Grant,
    /// The scopes of this token; a refresh may have narrowed the grant's.
    pub(crate) scope: String,
    pub(crate) jti: String,
    pub(crate) issued: i64,
    pub(crate) expires: i64,
}

struct RefreshToken {
    grant: Grant,
    expires: i64,
    used: bool,
}

/// Every code and token that still means something, by its text.
#[derive(Default)]
pub(crate) struct Grants {
    codes: HashMap<String, Code>,
    access: HashMap<String, AccessToken>,
    refresh: HashMap<String, RefreshToken>,
}

impl Grants {
    /// How long a code can be exchanged, in seconds.
    const CODE_LIFETIME: i64 = 60;
    /// How long a code is remembered after that, so that a late replay still revokes, in seconds.
    const CODE_MEMORY: i64 = 60 * 60;
    /// How long a refresh token is good, in seconds: thirty days.
    const REFRESH_LIFETIME: i64 = 30 * 24 * 60 * 60;

    pub(crate) fn add_code(&mut self, grant: Grant, redirect_uri: String, challenge: String, now: i64) -> String {
        self.codes.retain(|_, code| code.expires + Self::CODE_MEMORY > now);
        let text = random::secret();
        let expires = now + Self::CODE_LIFETIME;
        self.codes.insert(
            text.clone(),
            Code {
                grant,
                redirect_uri,
                challenge,
                expires,
                used: false,
            },
        );
        text
    }

    /// Takes a code for its client. A second use revokes what the first one brought (RFC 6749, section 4.1.2); a wrong
    /// redirect URI or verifier uses the code up; another client's attempt leaves it alone. Without a verifier none is
    /// looked at, as by a provider that knows no PKCE.
    pub(crate) fn redeem(
        &mut self,
        text: &str,
        client_id: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
        now: i64,
    ) -> Result<Grant, OAuthError> {
        let code = self
            .codes
            .get_mut(text)
            .filter(|code| code.grant.client_id == client_id)
            .ok_or_else(|| OAuthError::invalid_grant("this code is not known for this client"))?;
        if code.used {
            let grant = code.grant.id.clone();
            self.revoke(&grant);
            return Err(OAuthError::invalid_grant(
                "this code was used before; what it brought is revoked",
            ));
        }
        code.used = true;
        if code.expires <= now {
            return Err(OAuthError::invalid_grant("this code has expired"));
        }
        if code.redirect_uri != redirect_uri {
            return Err(OAuthError::invalid_grant(
                "`redirect_uri` is not the one the code was sent to",
            ));
        }
        let fits = |verifier| {
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
            bool::from(challenge.as_bytes().ct_eq(code.challenge.as_bytes()))
        };
        if !verifier.is_none_or(fits) {
            return Err(OAuthError::invalid_grant("`code_verifier` does not fit the challenge"));
        }
        Ok(code.grant.clone())
    }

    pub(crate) fn add_access_token(&mut self, text: String, token: AccessToken) {
        self.access.retain(|_, known| known.expires > token.issued);
        self.access.insert(text, token);
    }

    pub(crate) fn access_token(&self, text: &str, now: i64) -> Option<&AccessToken> {
        self.access.get(text).filter(|token| token.expires > now)
    }

    pub(crate) fn add_refresh_token(&mut self, grant: Grant, now: i64) -> String {
        self.refresh.retain(|_, known| known.expires > now);
        let text = random::secret();
        let expires = now + Self::REFRESH_LIFETIME;
        self.refresh.insert(
            text.clone(),
            RefreshToken {
                grant,
                expires,
                used: false,
            },
        );
        text
    }

    /// Takes a refresh token for its client. Each is good once; a second use revokes the whole grant (RFC 9700,
    /// section 4.14.2).
    pub(crate) fn take_refresh_token(&mut self, text: &str, client_id: &str, now: i64) -> Result<Grant, OAuthError> {
        let token = self
            .refresh
            .get_mut(text)
            .filter(|token| token.grant.client_id == client_id && token.expires > now)
            .ok_or_else(|| OAuthError::invalid_grant("this refresh token is not known for this client"))?;
        let grant = token.grant.clone();
        if std::mem::replace(&mut token.used, true) {
            self.revoke(&grant.id);
            return Err(OAuthError::invalid_grant(
                "this refresh token was used before; the grant is revoked",
            ));
        }
        Ok(grant)
    }

    pub(crate) fn refresh_tokens(&self) -> Vec<String> {
        self.refresh.keys().cloned().collect()
    }

    /// Revokes a token for its client: an access token alone, a refresh token with all of its grant (RFC 7009, section
    /// 2.1). An unknown token is no error; another client's is one.
    pub(crate) fn revoke_token(&mut self, text: &str, client_id: &str) -> Result<(), OAuthError> {
        let owner = self
            .access
            .get(text)
            .map(|token| &token.grant)
            .or_else(|| self.refresh.get(text).map(|token| &token.grant))
            .map(|grant| (grant.client_id.clone(), grant.id.clone()));
        let Some((owner, grant)) = owner else { return Ok(()) };
        if owner != client_id {
            return Err(OAuthError::new(
                "unauthorized_client",
                "this token belongs to another client",
            ));
        }
        if self.access.remove(text).is_none() {
            self.revoke(&grant);
        }
        Ok(())
    }

    fn revoke(&mut self, grant: &str) {
        self.access.retain(|_, token| token.grant.id != grant);
        self.refresh.retain(|_, token| token.grant.id != grant);
    }
}
