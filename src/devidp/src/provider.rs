//! The provider's state: what was configured, and what changes while it runs.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use crate::authorization::AuthorizationRequest;
use crate::clients::Client;
use crate::grants::Grants;
use crate::keys::KeyRing;
use crate::keys::SigningKey;
use crate::options::AccessTokens;
use crate::people::People;
use crate::registrations::Registrations;
use crate::sessions::Sessions;
use crate::spoil::Spoils;

/// What was configured, and the one lock around what changes.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    clients: Vec<Client>,
    /// A lock of its own: clients are looked for while the state is held.
    registrations: Mutex<Registrations>,
    pub(crate) registration_token: Option<String>,
    pub(crate) role_map: bool,
    pub(crate) access_tokens: AccessTokens,
    /// How long access and ID tokens are good, in seconds.
    pub(crate) token_lifetime: i64,
    /// Posts logout tokens: follows no redirect, gives up after five seconds.
    pub(crate) http: reqwest::Client,
    state: Mutex<State>,
}

/// What changes while the provider runs.
pub(crate) struct State {
    pub(crate) people: People,
    pub(crate) keys: KeyRing,
    pub(crate) sessions: Sessions,
    pub(crate) logins: Logins,
    pub(crate) grants: Grants,
    /// Merged into every ID token while it is there.
    pub(crate) id_token_override: Option<Map<String, Value>>,
    /// What is spoiled on purpose.
    pub(crate) spoils: Spoils,
    /// A key of nobody: forgeries are signed with it.
    pub(crate) stranger: SigningKey,
    /// Requests received, by path.
    pub(crate) calls: BTreeMap<String, u64>,
    /// While set, everything but the control answers 503.
    pub(crate) paused: bool,
    /// How far the provider's clock is ahead of the machine's, in seconds.
    pub(crate) clock_offset: i64,
}

impl State {
    pub(crate) fn new(people: People, keys: KeyRing, stranger: SigningKey) -> Self {
        Self {
            people,
            keys,
            sessions: Sessions::default(),
            logins: Logins::default(),
            grants: Grants::default(),
            id_token_override: None,
            spoils: Spoils::default(),
            stranger,
            calls: BTreeMap::new(),
            paused: false,
            clock_offset: 0,
        }
    }

    /// The provider's time, in seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        let machine = i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap_or(i64::MAX);
        machine.saturating_add(self.clock_offset)
    }
}

/// Authorization requests that wait at the login page, by the unguessable name in its form.
#[derive(Default)]
pub(crate) struct Logins(HashMap<String, (AuthorizationRequest, i64)>);

impl Logins {
    /// How long a login page can be answered, in seconds.
    const LIFETIME: i64 = 15 * 60;

    pub(crate) fn add(&mut self, request: AuthorizationRequest, now: i64) -> String {
        self.0.retain(|_, (_, expires)| *expires > now);
        let id = crate::random::secret();
        self.0.insert(id.clone(), (request, now + Self::LIFETIME));
        id
    }

    pub(crate) fn find(&self, id: &str, now: i64) -> Option<&AuthorizationRequest> {
        self.0
            .get(id)
            .filter(|(_, expires)| *expires > now)
            .map(|(request, _)| request)
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.0.remove(id);
    }
}

impl Provider {
    pub(crate) fn new(
        issuer: String,
        options: crate::options::Options,
        keys: KeyRing,
        stranger: SigningKey,
        http: reqwest::Client,
    ) -> Self {
        Self {
            issuer,
            clients: options.clients,
            registrations: Mutex::default(),
            registration_token: options.registration_token,
            role_map: options.role_map,
            access_tokens: options.access_tokens,
            token_lifetime: i64::try_from(options.token_lifetime.as_secs()).unwrap_or(i64::MAX),
            http,
            state: Mutex::new(State::new(options.people, keys, stranger)),
        }
    }

    /// The changing part. Never held across an await.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was registered while the provider runs. Held for a moment only, and never while asking for the state.
    pub(crate) fn registrations(&self) -> MutexGuard<'_, Registrations> {
        self.registrations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn client(&self, id: &str) -> Option<Client> {
        let configured = self.clients.iter().find(|client| client.id == id).cloned();
        configured.or_else(|| self.registrations().client(id).cloned())
    }

    /// The full address of one of the paths.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }
}
