//! Files of a SQLite database: private to their owner, and owned by one process.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};

use crate::OpenError;

/// The right to a database file, held as long as this lives. The file beside the database stays when it ends: to
/// remove it would open a gap between two processes that both start.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// The file beside a database that its lock is held on.
    pub(crate) fn file_of(database: &Path) -> PathBuf {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        path.into()
    }

    /// Takes the right to this database, or says that another process has it.
    pub(crate) fn take(database: &Path) -> Result<Self, OpenError> {
        let path = Self::file_of(database);
        let file = private_file(&path).map_err(|source| OpenError::File { path, source })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(database.to_owned())),
            Err(TryLockError::Error(source)) => Err(OpenError::File {
                path: database.to_owned(),
                source,
            }),
        }
    }
}

/// Opens a file that only its owner may read (0600), and makes it if it is missing. SQLite gives the files that it puts
/// beside the database the same mode.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    options.mode(0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

/// Makes a folder and its missing parents, open to their owner only (0700). Existing folders stay as they are.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(path)
}
