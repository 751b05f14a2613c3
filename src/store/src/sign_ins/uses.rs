use std::collections::BTreeMap;

use flui_identity::{StoreError, sign_ins::Use};
use flui_model::SignInId;

use super::key_uses;
use crate::{
    database::{Pools, Tx},
    query::query,
};

/// Uses in one statement: three values each, far below what either database takes.
const USES_AT_ONCE: usize = 500;

/// Writes when and from where sign-ins were last used, and adds to the counts of keys. Never moves a time back.
pub(crate) async fn record(pools: &Pools, uses: &[Use]) -> Result<(), StoreError> {
    // In the order of ids, which is also that in which `end` locks: two transactions never wait for each other.
    let mut newest: BTreeMap<SignInId, &Use> = BTreeMap::new();
    for used in uses {
        let kept = newest.entry(used.id).or_insert(used);
        if kept.at < used.at {
            *kept = used;
        }
    }
    let newest: Vec<&Use> = newest.into_values().collect();
    let mut tx = pools.begin().await?;
    for uses in newest.chunks(USES_AT_ONCE) {
        if tx.has_rivals() {
            let lock = query("select id from sign_ins where id in ").list(uses.iter().map(|used| used.id));
            tx.rows(lock.sql(" order by id for update")).await?;
        }
        let mut update =
            query("update sign_ins set last_used_at = used.column2, last_used_address = used.column3 from (values ");
        for (place, used) in uses.iter().enumerate() {
            update = update
                .part(if place == 0 { "(" } else { ", (" }, used.id)
                .part(", ", used.at)
                .part(", ", used.address.as_str())
                .sql(")");
        }
        let update = update.sql(
            ") as used where sign_ins.id = used.column1 \
             and (sign_ins.last_used_at is null or sign_ins.last_used_at < used.column2)",
        );
        tx.execute(update).await?;
    }
    for used in &newest {
        record_old_secret(&mut tx, used).await?;
    }
    key_uses::add(&mut tx, uses).await?;
    tx.commit().await
}

/// Few keys are being rotated at a time, so this is a statement of its own.
async fn record_old_secret(tx: &mut Tx, used: &Use) -> Result<(), StoreError> {
    let Some(last) = &used.old_secret else { return Ok(()) };
    let update = query(
        "update sign_ins set previous_used_at = $1, previous_used_address = $2 where id = $3 \
         and previous_hash is not null and (previous_used_at is null or previous_used_at < $1)",
    )
    .bind(last.at)
    .bind(last.address.as_str())
    .bind(used.id);
    tx.execute(update).await.map(|_| ())
}
