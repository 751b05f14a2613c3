use super::{EndReason, Which};
use crate::{
    Client, Error, Identity, Key,
    audit::{Action, Event},
};

impl Identity {
    /// Ends the key that is presented, for whoever presents it (RFC 7009): nobody who holds a key needs a further right
    /// to make it worthless. Does nothing, and says so to nobody, for what is no key that is good.
    ///
    /// Both secrets of a rotated key end it, as long as they are good.
    pub async fn revoke_held_key(&self, token: &str, client: &Client) -> Result<(), Error> {
        let Ok(key) = Key::parse(token) else {
            return Ok(());
        };
        let event = Event::new(self.now(), Action::KeyRevoked, Some(client));
        self.end(Which::Secret(key.hash()), None, EndReason::RevokedByHolder, event)
            .await?;
        Ok(())
    }
}
