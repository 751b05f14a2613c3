//! What a failure of the database means to the rules.

use flui_identity::StoreError;
use sqlx::{error::DatabaseError, postgres::PgDatabaseError};

/// Sorts an error of sqlx. The cause goes to the log; no SQL and no value leaves by the sentence.
pub(crate) fn fault(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => StoreError::Taken,
        sqlx::Error::Database(cause) if !is_passing(&**cause) => {
            tracing::error!(%error, "the database refused a statement");
            StoreError::Corrupt(format!(
                "the database refused with code {}",
                cause.code().unwrap_or_default()
            ))
        }
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_)
        | sqlx::Error::RowNotFound
        | sqlx::Error::TypeNotFound { .. } => {
            tracing::error!(%error, "the database holds something unreadable");
            StoreError::Corrupt("a column is missing or of another type".to_owned())
        }
        _ => StoreError::Unavailable(Box::new(error)),
    }
}

/// Whether the same call may go through later.
fn is_passing(cause: &dyn DatabaseError) -> bool {
    let code = cause.code().unwrap_or_default();
    if cause.try_downcast_ref::<PgDatabaseError>().is_some() {
        // PostgreSQL 15, appendix A: 08 connection, 25006 read-only, 28 not let in, 3D no such database, 40 rolled
        // back, 53 out of resources, 55P03 lock not free, 57 operator's doing, 58 system.
        let class = code.get(..2).unwrap_or_default();
        matches!(class, "08" | "28" | "3D" | "40" | "53" | "57" | "58") || matches!(&*code, "25006" | "55P03")
    } else {
        // SQLite's primary result codes: BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
        let primary = code.parse::<u32>().map_or(0, |code| code & 0xFF);
        matches!(primary, 5..=10 | 13..=15)
    }
}
