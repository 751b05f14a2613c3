use std::time::Duration;

use flui_identity::{SecretHash, logins::LoginAttempt};
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use url::Url;

use super::RelyingParty;
use crate::{ProviderError, attempt, discovery::Metadata};

/// The `max_age` of a sign-in that need not be fresh: 30 days, in seconds. It sends nobody back to their password, but
/// makes the provider say when it saw one: `auth_time` is required once `max_age` is asked for (OpenID Connect Core 1.0,
/// section 2).
const ANY_AGE: u32 = 30 * 24 * 3600;

const OFFLINE_ACCESS: &str = "offline_access";

/// What a sign-in must be like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The provider must see the person anew, and its word must be at most so many seconds old.
    pub fresh: Option<u32>,
}

impl RelyingParty {
    /// Begins a sign-in: what to keep of it, and where to send the browser. `browser_secret` is what the browser's login
    /// cookie holds; `return_to` is kept as it is.
    pub async fn begin_login(
        &self,
        browser_secret: &str,
        return_to: &str,
        ask: Ask,
    ) -> Result<(LoginAttempt, Url), ProviderError> {
        let metadata = self.metadata().await?;
        let state = attempt::random_token(&*self.random);
        let now = self.clock.now();
        let kept = LoginAttempt {
            state_hash: SecretHash::of(&state),
            browser_hash: SecretHash::of(browser_secret),
            return_to: return_to.to_owned(),
            max_age: ask.fresh,
            created_at: now,
            expires_at: now + Duration::from_secs(LoginAttempt::LIFE_SECONDS.into()),
        };

        let verifier = PkceCodeVerifier::new(attempt::pkce_verifier(browser_secret, &state));
        // S256 whatever discovery says: a provider that knows no PKCE ignores it (RFC 9700, section 2.1.1).
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        let mut url = metadata.authorization_endpoint.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.settings.redirect_uri())
            .append_pair("scope", &self.scope(&metadata))
            .append_pair("state", &state)
            .append_pair("nonce", &attempt::nonce(browser_secret, &state))
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", challenge.method().as_str());
        query.append_pair("max_age", &ask.fresh.unwrap_or(ANY_AGE).to_string());
        if ask.fresh.is_some() {
            query.append_pair("prompt", "login");
        }
        drop(query);
        Ok((kept, url))
    }

    fn scope(&self, metadata: &Metadata) -> String {
        let offline = self.settings.offline_access && metadata.offers_offline_access;
        let asked = self
            .settings
            .scopes
            .iter()
            .map(String::as_str)
            .filter(|scope| *scope != "openid" && !(offline && *scope == OFFLINE_ACCESS));
        std::iter::once("openid")
            .chain(asked)
            .chain(offline.then_some(OFFLINE_ACCESS))
            .collect::<Vec<_>>()
            .join(" ")
    }
}
