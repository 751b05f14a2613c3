//! Forms about the estate, for admins.

mod pause;
mod resume;
mod revoke;

pub(super) use pause::pause;
pub(super) use resume::resume;
pub(super) use revoke::revoke;

use flui_model::SignInId;
use serde::Deserialize;

/// What was ticked.
#[derive(Debug, Deserialize)]
pub(crate) struct Selected {
    #[serde(default)]
    id: Vec<String>,
}

impl Selected {
    /// The ids. One of the wrong shape is as absent as one that is not there.
    fn ids(&self) -> Vec<SignInId> {
        self.id.iter().filter_map(|id| id.parse().ok()).collect()
    }
}
