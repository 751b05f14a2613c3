//! Opening SQLite.

use std::{path::Path, sync::Arc, time::Duration};

use sqlx::{
    Connection as _, SqliteConnection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    OpenError, chain,
    database::Pools,
    lock::{Lock, private_file, private_folder},
    open::{SCHEMA_VERSION, known, refuse_newer},
    watched::Watched,
};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");

/// Connections that read. Most requests are answered from memory.
const READERS: u32 = 4;

/// How long to wait for a connection. Writers queue here, a commit each.
const WAIT: Duration = Duration::from_secs(10);

/// Opens the file, which is ours alone as long as the lock lives.
pub(crate) async fn open(path: &Path) -> Result<(Pools, Lock), OpenError> {
    let (writer, options, lock) = open_writer(path).await?;
    let path = options.get_filename().to_owned();
    let readers = pool(READERS, options.pragma("query_only", "on")).await?;
    let files = Watched::new(&path).map_err(|source| OpenError::File { path, source })?;
    let pools = Pools::Sqlite {
        writer,
        readers,
        files: Some(Arc::new(files)),
    };
    Ok((pools, lock))
}

/// Brings the schema up to date.
pub(crate) async fn migrate(path: &Path) -> Result<(), OpenError> {
    let (writer, _, _lock) = open_writer(path).await?;
    writer.close().await;
    Ok(())
}

/// Reads the schema's version, if there is a file.
pub(crate) async fn check(path: &Path) -> Result<(), OpenError> {
    if !path.exists() {
        return if Lock::file_of(path).exists() {
            Err(OpenError::Gone(path.to_owned()))
        } else {
            Ok(())
        };
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .map_err(OpenError::Unreachable)?;
    // Without the table the database is new. What else ails it shows in the next query.
    let found = sqlx::query_scalar(SCHEMA_VERSION)
        .fetch_one(&mut connection)
        .await
        .unwrap_or_default();
    let sound = sqlx::query("pragma schema_version").execute(&mut connection).await;
    let _ = connection.close().await;
    sound.map_err(OpenError::Unreachable)?;
    refuse_newer(&MIGRATIONS, found)
}

/// Opens the file for reading alone, beside the process that owns it.
pub(crate) async fn open_to_read(path: &Path) -> Result<Pools, OpenError> {
    let path = std::path::absolute(path).map_err(|source| OpenError::File {
        path: path.to_owned(),
        source,
    })?;
    let readers = pool(1, SqliteConnectOptions::new().filename(&path).read_only(true)).await?;
    let found: Option<i64> = sqlx::query_scalar(SCHEMA_VERSION)
        .fetch_one(&readers)
        .await
        .map_err(OpenError::Unreachable)?;
    known(&MIGRATIONS, found)?;
    Ok(Pools::Sqlite {
        writer: readers.clone(),
        readers,
        files: None,
    })
}

async fn open_writer(path: &Path) -> Result<(SqlitePool, SqliteConnectOptions, Lock), OpenError> {
    let fault = |source| OpenError::File {
        path: path.to_owned(),
        source,
    };
    // An absolute path is a file, whatever its name: SQLite gives some names, such as `:memory:`, a meaning.
    let path = std::path::absolute(path).map_err(fault)?;
    if let Some(folder) = path.parent() {
        private_folder(folder).map_err(fault)?;
    }
    // Whoever has been here left the lock's file. To begin anew in silence would hide that everything is lost.
    if Lock::file_of(&path).exists() && !path.exists() {
        return Err(OpenError::Gone(path));
    }
    let lock = Lock::take(&path)?;
    drop(private_file(&path).map_err(fault)?);

    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // With less, the last commits before a power cut could be lost, and a revoked key would come back.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5));
    let writer = pool(1, options.clone()).await?;
    let mut connection = writer.acquire().await.map_err(OpenError::Unreachable)?;
    let migrated = MIGRATIONS.run(&mut *connection).await;
    drop(connection);
    if let Err(error) = migrated {
        writer.close().await;
        return Err(OpenError::migrating(&MIGRATIONS, error));
    }
    let alone = Pools::Sqlite {
        writer: writer.clone(),
        readers: writer.clone(),
        files: None,
    };
    chain::begin(&alone).await.map_err(OpenError::Audit)?;
    Ok((writer, options, lock))
}

/// Connections that stay: to open one anew costs, and a file that was deleted under us must not be opened again.
async fn pool(size: u32, options: SqliteConnectOptions) -> Result<SqlitePool, OpenError> {
    SqlitePoolOptions::new()
        .min_connections(size)
        .max_connections(size)
        .acquire_timeout(WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(OpenError::Unreachable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn b1_each_commit_is_synced_to_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let (writer, _, _lock) = open_writer(&folder.path().join("flui.db")).await.unwrap();
        let synchronous: i64 = sqlx::query_scalar("pragma synchronous")
            .fetch_one(&writer)
            .await
            .unwrap();
        let journal: String = sqlx::query_scalar("pragma journal_mode")
            .fetch_one(&writer)
            .await
            .unwrap();
        // 2 is FULL: with WAL, the log is synced after each commit.
        assert_eq!((synchronous, journal.as_str()), (2, "wal"));
    }
}
