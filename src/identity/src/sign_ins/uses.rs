use std::{collections::HashMap, time::Duration};

use flui_model::{SignInId, Timestamp};

use super::SignIn;
use crate::{Client, Identity};

/// Uses that are noted, and not yet written.
pub(crate) type PendingUses = HashMap<SignInId, Use>;

/// A use of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Of which.
    pub id: SignInId,
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub address: String,
}

/// A use is written only if the one that is written already is at least this old.
const WRITE_EVERY: Duration = Duration::from_mins(1);

/// Beyond so many unwritten uses further ones are not noted: memory stays bounded when the database is away.
const MAX_PENDING: usize = 100_000;

impl Identity {
    /// Notes a use in memory. Never waits and never fails: answering who is calling must not hang on a write.
    /// Answers whether it is the first use of the sign-in.
    pub(super) fn note_use(&self, sign_in: &SignIn, client: &Client, now: Timestamp) -> bool {
        if sign_in
            .last_used
            .as_ref()
            .is_some_and(|used| now.since(used.at) < WRITE_EVERY)
        {
            return false;
        }
        let mut uses = self.uses.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if uses.contains_key(&sign_in.id) || uses.len() >= MAX_PENDING {
            return false;
        }
        let address = client.address.to_string();
        uses.insert(
            sign_in.id,
            Use {
                id: sign_in.id,
                at: now,
                address,
            },
        );
        sign_in.last_used.is_none()
    }

    /// Writes the noted uses. Called every few seconds and once before the end.
    pub async fn flush_uses(&self) {
        let uses: Vec<Use> = {
            let mut uses = self.uses.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            uses.drain().map(|(_, used)| used).collect()
        };
        if uses.is_empty() {
            return;
        }
        if let Err(error) = self.store.record_uses(&uses).await {
            tracing::warn!(%error, count = uses.len(), "last uses could not be written");
        }
    }
}
