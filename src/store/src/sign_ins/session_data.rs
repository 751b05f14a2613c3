//! What the session layer keeps beside a browser sign-in. Nothing is kept as null, and read as empty text.

use flui_identity::{SecretHash, StoreError};

use crate::{database::Pools, query::query};

/// Replaces the data of a browser sign-in that is not ended. `false`: there is none. Never inserts.
pub(crate) async fn save(pools: &Pools, hash: &SecretHash, data: &str) -> Result<bool, StoreError> {
    let update =
        query("update sign_ins set session_data = $1 where secret_hash = $2 and kind = 'browser' and ended_at is null")
            .bind(Some(data).filter(|data| !data.is_empty()))
            .bind(*hash);
    Ok(pools.execute(update).await? > 0)
}

/// The data of a browser sign-in that is not ended; empty text when nothing is kept.
pub(crate) async fn find(pools: &Pools, hash: &SecretHash) -> Result<Option<String>, StoreError> {
    let data =
        query("select session_data from sign_ins where secret_hash = $1 and kind = 'browser' and ended_at is null")
            .bind(*hash);
    let Some(row) = pools.row(data).await? else {
        return Ok(None);
    };
    Ok(Some(row.get::<Option<String>>("session_data")?.unwrap_or_default()))
}
