use std::{
    collections::HashMap,
    fmt,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use flui_model::{ErrorCode, SignInId, Timestamp};

use super::{EndReason, SignIn};
use crate::{
    Client, Error, Identity,
    audit::{Action, Event},
};

/// A key that is known and opens nothing. Whoever presents a key may know what became of it; others never learn that
/// there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedKey {
    /// The key's id.
    pub id: SignInId,
    /// Why it is refused.
    pub why: KeyRefusal,
}

/// Why a known key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRefusal {
    /// It was ended, for this reason and at this moment.
    Ended(EndReason, Timestamp),
    /// Its time ran out at this moment.
    Expired(Timestamp),
    /// It was rotated, and this is an old secret.
    Rotated,
    /// Its person was disabled here.
    PersonDisabled,
    /// An administrator paused it at this moment.
    Paused(Timestamp),
    /// It may not be used from this address.
    Network(IpAddr),
}

impl RefusedKey {
    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        match self.why {
            KeyRefusal::Ended(..) => ErrorCode::KeyRevoked,
            KeyRefusal::Expired(_) => ErrorCode::KeyExpired,
            KeyRefusal::Rotated => ErrorCode::KeyRotated,
            KeyRefusal::PersonDisabled => ErrorCode::PersonDisabled,
            KeyRefusal::Paused(_) => ErrorCode::KeyPaused,
            KeyRefusal::Network(_) => ErrorCode::NetworkRefused,
        }
    }

    /// Since when it is refused, when there is such a moment.
    pub fn since(&self) -> Option<Timestamp> {
        match self.why {
            KeyRefusal::Ended(_, at) | KeyRefusal::Expired(at) | KeyRefusal::Paused(at) => Some(at),
            KeyRefusal::Rotated | KeyRefusal::PersonDisabled | KeyRefusal::Network(_) => None,
        }
    }
}

impl fmt::Display for RefusedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.why {
            KeyRefusal::Ended(reason, at) => write!(
                f,
                "The key {id} was {} at {} and opens nothing any more. Use another key, or create one in the dashboard.",
                reason.label(),
                at.to_minute()
            ),
            KeyRefusal::Expired(at) => write!(
                f,
                "The key {id} expired at {}. Create another one; the next can be extended before it ends.",
                at.to_minute()
            ),
            KeyRefusal::Rotated => write!(
                f,
                "The key {id} was rotated, and this is an old secret of it. Use the one that was shown at the rotation."
            ),
            KeyRefusal::PersonDisabled => write!(
                f,
                "An administrator removed the access of the person whom the key {id} belongs to."
            ),
            KeyRefusal::Paused(at) => write!(
                f,
                "An administrator paused the key {id} at {}. Ask them; it works again once they resume it.",
                at.to_minute()
            ),
            KeyRefusal::Network(address) => write!(
                f,
                "The key {id} may not be used from {address}. Call from one of its networks, or create a key for this one."
            ),
        }
    }
}

/// A refusal of one sign-in for one reason is written to the audit log once in so long: whoever holds a dead key could fill
/// the log otherwise.
const WRITE_EVERY: Duration = Duration::from_hours(1);

/// Beyond so many remembered refusals all are forgotten, so that memory stays bounded.
const MAX_TOLD: usize = 10_000;

/// Which refusals of known sign-ins were written to the audit log lately.
#[derive(Default)]
pub(crate) struct ToldRefusals(Mutex<HashMap<(SignInId, ErrorCode), Timestamp>>);

impl ToldRefusals {
    /// Whether this refusal is news.
    pub(crate) fn is_news(&self, id: SignInId, code: ErrorCode, now: Timestamp) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let what = (id, code);
        if told.get(&what).is_some_and(|at| now.since(*at) < WRITE_EVERY) {
            return false;
        }
        if told.len() >= MAX_TOLD {
            told.clear();
        }
        told.insert(what, now);
        true
    }
}

impl Identity {
    /// Writes down that a known key was refused: somebody still uses what was ended, or uses it from elsewhere.
    pub(super) async fn audit_refused_key(&self, sign_in: &SignIn, error: &Error, client: &Client) {
        let Error::KeyRefused(refused) = error else { return };
        let now = self.now();
        if !self.told.is_news(refused.id, refused.code(), now) {
            return;
        }
        let mut event = Event::new(now, Action::KeyRefused, Some(client)).about(sign_in);
        event.sign_in = Some(sign_in.id);
        let event = event.refused(refused.code().as_str());
        if let Err(failure) = self.store.append_event(&event).await {
            tracing::error!(error = %failure, "a refused key could not be written to the audit log");
        }
    }
}
