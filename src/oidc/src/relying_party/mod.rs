//! The relying party and its acts, one in each file.

use std::sync::Arc;

use flui_identity::{Clock, Random};
use secrecy::SecretString;

use crate::{
    ProviderError, Settings, SettingsError, TokenError, attempt,
    cached::Cached,
    discovery::{self, Metadata},
    http::{Credentials, Http},
    jwt::{KeySet, Token, fetch_keys},
    seal,
};

mod app_clients;
mod begin_login;
mod browser_origins;
mod complete_login;
mod end_session;
mod introspection;
mod refresh;
mod userinfo;
mod verify_bearer;
mod verify_logout_token;

pub use begin_login::Ask;
pub use complete_login::{CallbackAnswer, CompletedLogin};
pub use refresh::{RefreshError, Refreshed};

/// This product as a client of one `OpenID` provider.
///
/// It needs no provider to be made, and heals by itself: every act that needs the provider's documents asks for them when
/// there are none yet.
pub struct RelyingParty {
    settings: Settings,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    http: Http,
    metadata: Arc<Cached<Metadata>>,
    keys: Cached<KeySet>,
}

impl RelyingParty {
    /// Makes it from settings. Asks nobody; only the settings themselves can be wrong here. The process must have
    /// installed a rustls provider before.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, SettingsError> {
        settings.issuer_url()?;
        let http = Http::new(&settings)?;
        let metadata = Arc::new(Cached::new("discovery document", clock.clone()));
        let keys = Cached::new("key set", clock.clone());
        Ok(Self {
            settings,
            clock,
            random,
            http,
            metadata,
            keys,
        })
    }

    /// Answers when the provider is known: at once when its discovery document was read before, else after an attempt
    /// to read it. An attempt that failed answers for the next five seconds.
    pub async fn ready(&self) -> Result<(), ProviderError> {
        self.metadata().await.map(drop)
    }

    /// Whether the provider's discovery document was ever read. Asks nobody.
    pub fn is_ready(&self) -> bool {
        self.metadata.peek().is_some()
    }

    /// A new secret for the browser's login cookie: 256 bits in base64url.
    pub fn new_browser_secret(&self) -> String {
        attempt::random_token(&*self.random)
    }

    /// Seals an ID token so that only the holder of the session's secret can open it. `session_id` is that secret, as
    /// the cookie carries it.
    pub fn seal(session_id: &str, id_token: &str) -> String {
        seal::seal(session_id, id_token)
    }

    /// Opens what [`RelyingParty::seal`] sealed; nothing when another session's secret or a changed text is given.
    pub fn unseal(session_id: &str, sealed: &str) -> Option<SecretString> {
        seal::unseal(session_id, sealed)
    }

    /// The discovery document. One that has grown old is replaced in the background of the call.
    async fn metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        let Some(known) = self.metadata.peek() else {
            return self
                .metadata
                .first(discovery::fetch(&self.http, &*self.clock, &self.settings.issuer))
                .await;
        };
        if self.metadata.is_due() {
            let (cache, http, clock) = (self.metadata.clone(), self.http.clone(), self.clock.clone());
            let issuer = self.settings.issuer.clone();
            tokio::spawn(async move { cache.refresh(discovery::fetch(&http, &*clock, &issuer)).await });
        }
        Ok(known)
    }

    /// The token is signed by the provider. An unknown key makes one request for a newer key set, at most every 30
    /// seconds however many such tokens arrive.
    async fn check_signature(&self, metadata: &Metadata, token: &Token<'_>) -> Result<(), TokenError> {
        let fetch = || fetch_keys(&self.http, &metadata.jwks_uri);
        if self.keys.is_due() {
            self.keys.refresh(fetch()).await;
        }
        let mut keys = match self.keys.peek() {
            Some(keys) => keys,
            None => self.keys.first(fetch()).await?,
        };
        if !token.is_known_to(&keys)? {
            keys = self.keys.replace(keys, fetch()).await;
        }
        token.check_signature(&keys)
    }

    fn credentials(&self, metadata: &Metadata) -> Credentials<'_> {
        Credentials {
            client_id: &self.settings.client_id,
            client_secret: &self.settings.client_secret,
            in_body: metadata.secret_in_body,
        }
    }
}
