//! The files of an open SQLite database, watched from outside.
//!
//! A file that is deleted or replaced goes on to work for whoever has it open: reads answer, commits succeed, and all of
//! it is gone after the next start. So the store looks whether its files are still the ones that it opened, and answers
//! nothing while they are not.

use std::{
    fs::{self, Metadata, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use flui_identity::StoreError;

/// Tells a file from another one of its name.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = ();

/// The database file and its log of commits, as they were when they were opened.
pub(crate) struct Watched {
    files: [(PathBuf, Identity); 2],
    is_lost: AtomicBool,
}

/// What happened to a file.
#[derive(Debug, thiserror::Error)]
enum Loss {
    #[error("{} was deleted while it was open", .0.display())]
    Deleted(PathBuf),
    #[error("{} was replaced by another file while it was open", .0.display())]
    Replaced(PathBuf),
    #[error("{} can no longer be written", .0.display())]
    ReadOnly(PathBuf),
    #[error("{} cannot be looked at", path.display())]
    Unseen { path: PathBuf, source: io::Error },
}

impl Watched {
    /// Remembers the files of a database that is open by now.
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let identify = |path: PathBuf| fs::metadata(&path).map(|metadata| (path, identity(&metadata)));
        Ok(Self {
            files: [identify(path.to_owned())?, identify(log.into())?],
            is_lost: AtomicBool::new(false),
        })
    }

    /// Whether the last look found that the files are not what they were. Costs nothing.
    pub(crate) fn known(&self) -> Result<(), StoreError> {
        if self.is_lost.load(Ordering::Relaxed) {
            Err(unavailable(io::Error::other(
                "the database file is not the one that was opened",
            )))
        } else {
            Ok(())
        }
    }

    /// Looks whether the files are the ones that were opened.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let looked = self.files.iter().try_for_each(|(path, opened)| same(path, *opened));
        self.note(looked)
    }

    /// The same, and whether they can still be written.
    pub(crate) fn check_writable(&self) -> Result<(), StoreError> {
        let looked = self.files.iter().try_for_each(|(path, opened)| same(path, *opened));
        // Of the two only the log may be opened here: to close the database file would drop the locks that SQLite holds.
        let [_, (log, _)] = &self.files;
        let looked = looked.and_then(|()| match OpenOptions::new().append(true).open(log) {
            Ok(_) => Ok(()),
            Err(_) => Err(Loss::ReadOnly(log.clone())),
        });
        self.note(looked)
    }

    /// Remembers what was found, and says so in the log when it is news.
    fn note(&self, looked: Result<(), Loss>) -> Result<(), StoreError> {
        let was_lost = self.is_lost.swap(looked.is_err(), Ordering::Relaxed);
        match (&looked, was_lost) {
            (Err(loss), false) => {
                tracing::error!(error = %loss, "the database was lost; nothing is answered from it until it is back");
            }
            (Ok(()), true) => tracing::warn!("the database is back"),
            _ => {}
        }
        looked.map_err(unavailable)
    }
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

fn same(path: &Path, opened: Identity) -> Result<(), Loss> {
    match fs::metadata(path) {
        Ok(found) if identity(&found) != opened => Err(Loss::Replaced(path.to_owned())),
        Ok(found) if found.permissions().readonly() => Err(Loss::ReadOnly(path.to_owned())),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Loss::Deleted(path.to_owned())),
        Err(source) => Err(Loss::Unseen {
            path: path.to_owned(),
            source,
        }),
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}
