//! Login attempts and logout tokens: what must be remembered between two visits of the provider's answer.

use flui_model::Timestamp;

use crate::{Error, Identity, SecretHash};

/// A sign-in that was sent to the provider and has not come back. Holds nothing that would help a thief: the nonce and
/// the PKCE verifier are derived from a secret that only the browser's own cookie carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginAttempt {
    /// SHA-256 of `state`.
    pub state_hash: SecretHash,
    /// SHA-256 of the secret in the browser's login cookie.
    pub browser_hash: SecretHash,
    /// The local path to go to afterwards.
    pub return_to: String,
    /// The oldest proof that will do, in seconds, when a fresh sign-in was asked for.
    pub max_age: Option<u32>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is no longer good.
    pub expires_at: Timestamp,
}

/// A logout token that the relying party verified (OpenID Connect Back-Channel Logout 1.0, section 2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutToken {
    /// The provider.
    pub issuer: String,
    /// Its id, good for one act.
    pub jti: String,
    /// The person, if named.
    pub subject: Option<String>,
    /// The provider's session, if named.
    pub sid: Option<String>,
    /// How long to remember it, so that it is not acted on twice.
    pub expires_at: Timestamp,
}

impl LoginAttempt {
    /// How long a person may take at the provider, in seconds.
    pub const LIFE_SECONDS: u32 = 600;
    /// How many attempts one browser may have open; the oldest are dropped beyond it.
    pub const MAX_OPEN: u32 = 5;
}

impl Identity {
    /// Keeps a login attempt until the provider answers or ten minutes have passed.
    pub async fn open_login(&self, attempt: &LoginAttempt) -> Result<(), Error> {
        Ok(self.store.insert_login_attempt(attempt, LoginAttempt::MAX_OPEN).await?)
    }

    /// Takes the attempt with this state away, if it is this browser's and not too old. Good once.
    ///
    /// Another browser's attempt is left alone, so that a stranger who learns a state cannot spoil it.
    pub async fn take_login(&self, state: &str, browser_secret: &str) -> Result<Option<LoginAttempt>, Error> {
        let browser_hash = SecretHash::of(browser_secret);
        let taken = self
            .store
            .take_login_attempt(&SecretHash::of(state), &browser_hash)
            .await?;
        Ok(taken.filter(|attempt| attempt.expires_at > self.now()))
    }
}
