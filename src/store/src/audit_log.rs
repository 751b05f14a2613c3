//! The audit log for those who check it or carry it elsewhere.

use flui_identity::{
    StoreError,
    audit::chain::{ChainedEvent, Head},
};
use flui_model::Timestamp;

use crate::{Database, OpenError, chain, database::Tx, postgres, query::query, rows, sqlite};

/// Why the audit log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A row holds what no row can hold.
    #[error("a row after row {after} cannot be read: it was edited")]
    Row {
        /// The last row that was read.
        after: i64,
    },
    /// There is no head, or it cannot be read.
    #[error("the head of the log is gone or was edited")]
    Head,
    /// The database does not answer.
    #[error(transparent)]
    Store(StoreError),
}

/// The whole log as it stands at one moment, read while others write to it. Changes nothing, not even the schema.
pub struct AuditLog {
    tx: Tx,
}

impl AuditLog {
    /// Opens the log of a database that has been in use, beside the processes that use it.
    ///
    /// # Errors
    /// [`OpenError::Older`] before the schema was brought up to date; never [`OpenError::InUse`].
    pub async fn open(database: &Database) -> Result<Self, OpenError> {
        let pools = match database {
            Database::Sqlite(path) => sqlite::open_to_read(path).await?,
            Database::Postgres(url) => postgres::open_to_read(url).await?,
        };
        let tx = pools.snapshot().await.map_err(OpenError::Audit)?;
        Ok(Self { tx })
    }

    /// The end of the chain, and when its last row was written.
    ///
    /// # Errors
    /// [`ReadError::Head`] if a hand took it away.
    pub async fn head(&mut self) -> Result<(Head, Option<Timestamp>), ReadError> {
        let select = query("select h.seq, h.hash, e.at from audit_head h left join audit_events e on e.seq = h.seq");
        let row = self.tx.row(select).await.map_err(ReadError::Store)?;
        let row = row.ok_or(ReadError::Head)?;
        let head = chain::head(&row).map_err(|_| ReadError::Head)?;
        let at = rows::maybe_time(&row, "at").map_err(|_| ReadError::Head)?;
        Ok((head, at))
    }

    /// Up to a thousand rows after this number, oldest first; none after the last.
    ///
    /// # Errors
    /// [`ReadError::Row`] if the first of them cannot be read.
    pub async fn rows_after(&mut self, seq: i64) -> Result<Vec<ChainedEvent>, ReadError> {
        chain::page(&mut self.tx, seq).await.map_err(|error| match error {
            StoreError::Corrupt(_) => ReadError::Row { after: seq },
            error => ReadError::Store(error),
        })
    }
}
