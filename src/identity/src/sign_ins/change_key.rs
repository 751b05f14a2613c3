use flui_model::{Area, Depth, Scope, SignInId, Timestamp, api_keys::KeyState};
use ipnet::IpNet;

use super::{Found, SignIn, create_key::check_width};
use crate::{
    Client, Error, Identity, SecretHash, SignedIn,
    audit::{Action, Event},
};

/// What is to change about a live key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyChange {
    /// Its name.
    Name(String),
    /// When it ends by itself.
    ExpiresAt(Timestamp),
    /// The networks that it may be used from; none means everywhere.
    Networks(Vec<IpNet>),
    /// Its secret.
    Secret(NewSecret),
}

/// The secret that a rotation gives to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSecret {
    /// What is kept of it.
    pub secret_hash: SecretHash,
    /// Its first characters.
    pub prefix: String,
    /// Its last four characters.
    pub last_four: String,
    /// How long the secret that is in use now stays good, unless the new one is used before; none: not at all.
    pub old_until: Option<Timestamp>,
}

impl Identity {
    /// The event of an act on a key, before anything is known about the key.
    pub(super) fn key_event(&self, action: Action, signed_in: &SignedIn, id: SignInId, client: &Client) -> Event {
        let mut event = Event::new(self.now(), action, Some(client)).by(signed_in);
        event.object = Some(id.to_string());
        event
    }

    /// The caller's own live key, which they may change: nobody changes the keys of others, and no narrow key one that may
    /// do more.
    pub(super) async fn own_key(&self, signed_in: &SignedIn, id: SignInId) -> Result<SignIn, Error> {
        signed_in.require(Scope::new(Area::Keys, Depth::Change))?;
        let key = self.store.find_sign_in(id).await?.map(|found| found.sign_in);
        let key = key
            .filter(|key| key.kind.is_key() && key.person_id == signed_in.person().id)
            .filter(|key| key.state(self.now()) == KeyState::Live)
            .ok_or(Error::NotFound("key"))?;
        check_width(signed_in, &key.grant, &key.contexts, &key.networks).map_err(|_| {
            Error::Forbidden("That key may do more than the sign-in that you call by. Use a browser session.")
        })?;
        Ok(key)
    }

    /// Writes the change, unless the key has ended meanwhile.
    pub(super) async fn change_key(&self, id: SignInId, change: KeyChange, event: &Event) -> Result<Found, Error> {
        let changed = self.store.change_key(id, &change, event).await?;
        changed.ok_or(Error::NotFound("key"))
    }
}
