//! Turns of jobs that one process does at a time.

use flui_identity::StoreError;
use flui_model::Timestamp;

use crate::{database::Pools, query::query};

/// Takes the turn of a job if its time has come. Of several that try exactly one gets it: the others find another time in
/// the row.
pub(crate) async fn take(pools: &Pools, job: &str, now: Timestamp, next: Timestamp) -> Result<bool, StoreError> {
    let first = query("insert into turns (job, next_at) values ($1, $2) on conflict do nothing")
        .bind(job)
        .bind(next);
    if pools.execute(first).await? > 0 {
        return Ok(false);
    }
    let take = query("update turns set next_at = $1 where job = $2 and next_at <= $3")
        .bind(next)
        .bind(job)
        .bind(now);
    Ok(pools.execute(take).await? > 0)
}
