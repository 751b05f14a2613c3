use std::collections::{BTreeSet, HashSet};

use flui_identity::{StoreError, audit::Event, sign_ins::SignIn};
use flui_model::{SignInId, Timestamp};

use crate::{database::Pools, query::query, rows};

/// Sign-ins that ended by themselves by `now`, of which no event says so yet: the first to end first, at most `limit`.
pub(crate) async fn list(pools: &Pools, now: Timestamp, limit: u32) -> Result<Vec<SignIn>, StoreError> {
    let expired = query(rows::FOUND)
        .sql(" where s.ended_at is null and s.expiry_noted = 0")
        .part(" and s.expires_at <= ", now)
        .sql(" order by s.expires_at")
        .limit(limit);
    let found = pools.rows(expired).await?;
    found.iter().map(|row| Ok(rows::found(row)?.sign_in)).collect()
}

/// Writes the events of those that nobody else has written one of meanwhile, and that are still over.
pub(crate) async fn note(pools: &Pools, expiries: &[(SignInId, Event)], now: Timestamp) -> Result<(), StoreError> {
    // In the order of their ids, as all who hold several rows.
    let ids: BTreeSet<SignInId> = expiries.iter().map(|(id, _)| *id).collect();
    let mut noted = HashSet::new();
    let mut tx = pools.begin().await?;
    for id in ids {
        let update = query("update sign_ins set expiry_noted = 1")
            .part(" where id = ", id)
            .part(" and expiry_noted = 0 and ended_at is null and expires_at <= ", now);
        if tx.execute(update).await? > 0 {
            noted.insert(id);
        }
    }
    for (_, event) in expiries.iter().filter(|(id, _)| noted.contains(id)) {
        tx.note(event);
    }
    tx.commit().await
}
