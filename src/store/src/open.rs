use std::{fmt, io, path::PathBuf, sync::Arc};

use flui_identity::{Store, StoreError};
use sqlx::migrate::{MigrateError, Migrator};

use crate::{live::Live, postgres, sqlite, store::SqlStore};

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of SQLite. It and its folder are made if they are missing.
    Sqlite(PathBuf),
    /// A PostgreSQL server, as `postgres://user:password@host/database`.
    Postgres(String),
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            // The address holds a password.
            Self::Postgres(_) => f.write_str("Postgres(..)"),
        }
    }
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file or folder cannot be made, opened or locked.
    #[error("{} cannot be opened", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process has the database open.
    #[error(
        "{} is in use by another process. A SQLite database belongs to one process: stop the other one, or use \
         PostgreSQL to run several",
        .0.display()
    )]
    InUse(PathBuf),
    /// There was a database at this place, and there is none any more.
    #[error(
        "{} is gone, though a database was here before. Restore it from a backup; or remove {}.lock beside it to begin \
         with an empty one",
        .0.display(),
        .0.display()
    )]
    Gone(PathBuf),
    /// The address is no address of PostgreSQL. What is wrong is not told, because a password stands in it.
    #[error("the address of the database is not of the form postgres://user:password@host:port/database")]
    Address,
    /// The database does not answer, or does not let us in.
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// A newer version of this program has changed the database.
    #[error(
        "the database was changed by a newer version of this program (its schema is {found}, this program knows \
         {known}). Start that version again"
    )]
    Newer {
        /// The schema of the database.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// The database is of an older version than this program reads without bringing it up to date.
    #[error("the database is of an older version of this program: run `flui-dashboard migrate` first")]
    Older,
    /// The audit log cannot be gone on with.
    #[error("the audit log cannot be gone on with")]
    Audit(#[source] StoreError),
    /// The schema could not be brought up to date. Nothing of the step that failed stands.
    #[error("the schema of the database could not be brought up to date")]
    Schema(#[source] MigrateError),
}

impl OpenError {
    /// Sorts what the migrations ran into.
    pub(crate) fn migrating(migrations: &Migrator, error: MigrateError) -> Self {
        let known = migrations
            .iter()
            .map(|migration| migration.version)
            .max()
            .unwrap_or_default();
        match error {
            MigrateError::VersionMissing(found) if found > known => Self::Newer { found, known },
            MigrateError::Execute(error) => Self::Unreachable(error),
            error => Self::Schema(error),
        }
    }
}

/// Opens a database and brings its schema up to date, which only ever goes forward.
///
/// # Errors
/// [`OpenError::InUse`] and [`OpenError::Newer`] for a database that must be left alone; the rest as their names say.
pub async fn open(database: &Database) -> Result<Arc<dyn Store>, OpenError> {
    open_store(database, false).await
}

/// As [`open`], for an installation with a webhook: each end of a key is written down for it too, with the act.
///
/// # Errors
/// As [`open`].
pub async fn open_with_webhook(database: &Database) -> Result<Arc<dyn Store>, OpenError> {
    open_store(database, true).await
}

async fn open_store(database: &Database, tells: bool) -> Result<Arc<dyn Store>, OpenError> {
    Ok(Arc::new(match database {
        Database::Sqlite(path) => {
            let (pools, lock) = sqlite::open(path).await?;
            SqlStore::new(pools, Some(Live::default()), Some(lock), tells)
        }
        Database::Postgres(url) => SqlStore::new(postgres::open(url).await?, None, None, tells),
    }))
}

/// Tests that [`open`] would succeed, and changes nothing: a database that is not there yet would be made, and an older
/// schema would be brought up to date. Works while another process has the database open.
///
/// # Errors
/// As [`open`], but for [`OpenError::InUse`].
pub async fn check(database: &Database) -> Result<(), OpenError> {
    match database {
        Database::Sqlite(path) => sqlite::check(path).await,
        Database::Postgres(url) => postgres::check(url).await,
    }
}

/// What sqlx calls the newest step that was applied; none in a database that is new.
pub(crate) const SCHEMA_VERSION: &str = "select max(version) from _sqlx_migrations";

/// The newest schema that this program knows: that of every database that it has opened.
pub fn schema() -> i64 {
    sqlite::MIGRATIONS
        .iter()
        .map(|step| step.version)
        .max()
        .unwrap_or_default()
}

/// Refuses a schema that is newer than the steps that this program knows.
pub(crate) fn refuse_newer(migrations: &Migrator, found: Option<i64>) -> Result<(), OpenError> {
    let known = migrations.iter().map(|step| step.version).max().unwrap_or_default();
    match found {
        Some(found) if found > known => Err(OpenError::Newer { found, known }),
        _ => Ok(()),
    }
}

/// Refuses a schema that is not the one that this program knows.
pub(crate) fn known(migrations: &Migrator, found: Option<i64>) -> Result<(), OpenError> {
    refuse_newer(migrations, found)?;
    let known = migrations.iter().map(|step| step.version).max();
    if found < known { Err(OpenError::Older) } else { Ok(()) }
}

/// Brings the schema of a database up to date, as [`open`] does, and leaves.
///
/// # Errors
/// As [`open`].
pub async fn migrate(database: &Database) -> Result<(), OpenError> {
    match database {
        Database::Sqlite(path) => sqlite::migrate(path).await,
        Database::Postgres(url) => postgres::migrate(url).await,
    }
}
