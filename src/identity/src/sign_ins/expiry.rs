use std::time::Duration;

use flui_model::Timestamp;

use super::SignIn;
use crate::{
    Error, Identity,
    audit::{Action, Event},
};

/// Ends that are written down in one transaction, so that no other writer waits for long.
const AT_ONCE: u32 = 200;

impl Identity {
    /// Writes down, once for each, that sign-ins ended by themselves. That changes nothing: they opened nothing before.
    pub(crate) async fn note_expiries(&self, now: Timestamp) -> Result<(), Error> {
        loop {
            let expired = self.store.list_expired(now, AT_ONCE).await?;
            let expiries: Vec<_> = expired
                .iter()
                .map(|sign_in| (sign_in.id, expiry(sign_in, self.policy.session_idle)))
                .collect();
            if !expiries.is_empty() {
                self.store.note_expiries(&expiries, now).await?;
            }
            if expired.len() < AT_ONCE as usize {
                return Ok(());
            }
        }
    }
}

/// The event of an end, at the moment of the end and not of its discovery. A session that nobody used to its last minute
/// ended when it had been idle for too long.
fn expiry(sign_in: &SignIn, session_idle: Duration) -> Event {
    let mut event = Event::new(sign_in.expires_at, Action::KeyExpired, None).about(sign_in);
    if !sign_in.kind.is_key() {
        event.action = Action::SignInExpired;
        let last = sign_in.last_used.as_ref().map_or(sign_in.created_at, |used| used.at);
        if last + session_idle < sign_in.expires_at {
            event.at = last + session_idle;
            event.reason = Some("idle".to_owned());
        }
    }
    event
}
