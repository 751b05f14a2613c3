use flui_model::{Kind, Timestamp};

use crate::{Identity, StoreError};

/// What there is of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveCount {
    /// The kind.
    pub kind: Kind,
    /// How many are live. Browser sessions count until their absolute end: idle ones are not told apart.
    pub count: u64,
    /// When the first of them ends by itself.
    pub first_end: Timestamp,
}

impl Identity {
    /// What is live of each kind, for the operator's figures. Tells of nobody in particular.
    pub async fn count_live(&self) -> Result<Vec<LiveCount>, StoreError> {
        self.store.count_live(self.now()).await
    }
}
