//! Changing a running provider.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::backchannel;
use crate::documents;
use crate::error::Error;
use crate::grants::Grants;
use crate::keys::{Algorithm, SigningKey};
use crate::provider::Provider;
use crate::spoil::{self, Kind, Switch};

/// A handle on a running provider. Clones reach the same one.
#[derive(Clone)]
pub struct Control {
    provider: Arc<Provider>,
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("issuer", &self.provider.issuer)
            .finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(provider: Arc<Provider>) -> Self {
        Self { provider }
    }

    /// Refuses this person from now on: no sign-in, no refresh; access tokens already out are inactive at introspection
    /// and userinfo.
    pub fn disable_person(&self, login: &str) -> Result<(), Error> {
        self.provider.lock().people.find_mut(login)?.disabled = true;
        Ok(())
    }

    /// Undoes [`Control::disable_person`].
    pub fn enable_person(&self, login: &str) -> Result<(), Error> {
        self.provider.lock().people.find_mut(login)?.disabled = false;
        Ok(())
    }

    /// Puts the person into a group. Documents made from now on say so. Being there already is no error.
    pub fn add_group(&self, login: &str, group: &str) -> Result<(), Error> {
        let mut state = self.provider.lock();
        let groups = &mut state.people.find_mut(login)?.groups;
        if !groups.iter().any(|known| known == group) {
            groups.push(group.to_owned());
        }
        Ok(())
    }

    /// Takes the person out of a group. Documents made from now on say so. Not being there is no error.
    pub fn drop_group(&self, login: &str, group: &str) -> Result<(), Error> {
        self.provider
            .lock()
            .people
            .find_mut(login)?
            .groups
            .retain(|known| known != group);
        Ok(())
    }

    /// Makes a new key of the same algorithm and signs with it. The older keys stay published. Returns the new `kid`.
    pub async fn rotate_keys(&self) -> Result<String, Error> {
        let algorithm = self.provider.lock().keys.algorithm();
        let key = generate(algorithm).await?;
        let mut state = self.provider.lock();
        state.keys.rotate(key);
        Ok(state.keys.current_kid().to_owned())
    }

    /// Stops publishing every key but the current one.
    pub fn retire_old_keys(&self) {
        self.provider.lock().keys.retire_older();
    }

    /// Moves the provider's clock by this many seconds, backwards when negative.
    pub fn advance_clock(&self, seconds: i64) {
        let mut state = self.provider.lock();
        state.clock_offset = state.clock_offset.saturating_add(seconds);
    }

    /// The provider's time, in seconds since 1970.
    pub fn now(&self) -> i64 {
        self.provider.lock().now()
    }

    /// Ends every session of this person at the provider, posts the logout tokens and waits for their answers. Returns
    /// how many sessions ended.
    pub async fn end_sessions(&self, login: &str) -> Result<usize, Error> {
        let ended = {
            let mut state = self.provider.lock();
            state.people.find_mut(login)?;
            state.sessions.end_all_of(login)
        };
        let count = ended.len();
        backchannel::tell_clients(&self.provider, ended).await;
        Ok(count)
    }

    /// Requests received so far, by path; those of the control itself are not counted.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.provider.lock().calls.clone()
    }

    /// Answers 503 to everything but the control until [`Control::resume`].
    pub fn pause(&self) {
        self.provider.lock().paused = true;
    }

    /// Undoes [`Control::pause`].
    pub fn resume(&self) {
        self.provider.lock().paused = false;
    }

    /// Every refresh token that is still remembered, used or not: what must be found nowhere else in clear.
    pub fn refresh_tokens(&self) -> Vec<String> {
        self.provider.lock().grants.refresh_tokens()
    }

    /// Revokes everything that was ever given to clients, as a provider does that lost its database.
    pub fn forget_grants(&self) {
        self.provider.lock().grants = Grants::default();
    }

    /// Ids of the clients that were registered and not deleted.
    pub fn registered_clients(&self) -> Vec<String> {
        self.provider.registrations().ids()
    }

    /// Every registration access token that is good now: what must be found nowhere else in clear.
    pub fn registration_access_tokens(&self) -> Vec<String> {
        self.provider.registrations().tokens()
    }

    /// Forgets every registered client, as a provider does that lost its database.
    pub fn forget_registrations(&self) {
        self.provider.registrations().clear();
    }

    /// Gives a registered client another secret with each change from now on.
    pub fn renew_secrets(&self) {
        self.provider.registrations().renew_secrets = true;
    }

    /// The `kid` of the key that signs now.
    pub fn current_kid(&self) -> String {
        self.provider.lock().keys.current_kid().to_owned()
    }

    /// Signs exactly this header and these claims with the current key and returns the compact form. Nothing is added or
    /// checked: `alg` and `kid` are whatever the header says, the signature is always that of the provider's algorithm.
    #[expect(clippy::needless_pass_by_value, reason = "callers write `json!` in place")]
    pub fn sign(&self, header: Value, claims: Value) -> String {
        self.provider.lock().keys.sign(&header, &claims)
    }

    /// Spoils what leaves the provider in one named way, on top of what is spoiled already. [`Control::switches`] lists
    /// the names.
    pub fn switch_on(&self, name: &str) -> Result<(), Error> {
        self.provider.lock().spoils.switch_on(name)
    }

    /// Spoils nothing any more.
    pub fn switch_off(&self) {
        self.provider.lock().spoils.switch_off();
    }

    /// Every switch there is.
    pub fn switches() -> Vec<Switch> {
        spoil::all()
    }

    /// The logout token that would tell this client of the end of the session in which the person signed in last. The
    /// session goes on.
    pub fn logout_token(&self, login: &str, client_id: &str) -> Result<String, Error> {
        let state = self.provider.lock();
        let session = state
            .sessions
            .latest_of(login, client_id)
            .ok_or_else(|| Error::NoSession(login.to_owned()))?;
        let token = documents::logout_token(&self.provider, &state, session, client_id);
        Ok(spoil::sign(&self.provider, &state, Kind::Logout, client_id, token))
    }

    /// Merges these claims into every ID token issued from now on; a null removes the claim. `None` ends it.
    pub fn override_id_token(&self, claims: Option<Map<String, Value>>) {
        self.provider.lock().id_token_override = claims;
    }
}

/// Makes a key away from the threads that serve requests.
pub(crate) async fn generate(algorithm: Algorithm) -> Result<SigningKey, Error> {
    tokio::task::spawn_blocking(move || SigningKey::generate(algorithm))
        .await
        .map_err(|error| Error::Key(error.to_string()))?
}
