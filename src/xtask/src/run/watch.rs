//! Changes of the sources.

use std::{
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use anyhow::{Context as _, Result};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::workspace;

/// What a build reads.
const WATCHED: [&str; 3] = ["src", "style", "public"];
/// An editor that saves writes several files in a row: the build starts when they have all arrived.
const QUIET: Duration = Duration::from_millis(300);

/// Watches from its making on.
pub(crate) struct Watch {
    /// Watching ends when this is dropped.
    _watcher: RecommendedWatcher,
    changes: Receiver<()>,
}

impl Watch {
    pub(crate) fn start() -> Result<Self> {
        let (sender, changes) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| is_change(&event)) {
                // Nobody listens any more: then nobody needs to be told.
                let _ = sender.send(());
            }
        })
        .context("cannot watch for changes")?;
        for folder in WATCHED {
            let folder = workspace::path(folder)?;
            watcher
                .watch(&folder, RecursiveMode::Recursive)
                .with_context(|| format!("cannot watch {}", folder.display()))?;
        }
        Ok(Self {
            _watcher: watcher,
            changes,
        })
    }

    /// Whether something changed since the last call; returns when the changes have calmed down.
    pub(crate) fn changed(&self) -> bool {
        if self.changes.try_recv().is_err() {
            return false;
        }
        while self.changes.recv_timeout(QUIET).is_ok() {}
        true
    }
}

/// Reading a file is reported too, and the build reads them all.
fn is_change(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_)
    )
}
