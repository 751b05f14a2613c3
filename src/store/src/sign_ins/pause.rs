use flui_identity::{StoreError, audit::Event, sign_ins::Pause};
use flui_model::SignInId;

use super::end::lock;
use crate::{database::Pools, query::query, rows};

/// Pauses those of the keys that are neither paused nor over, or resumes those that are paused, with an event each.
pub(crate) async fn set(
    pools: &Pools,
    ids: &[SignInId],
    pause: Option<&Pause>,
    event: &Event,
) -> Result<Vec<SignInId>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = pools.begin().await?;
    let keys = query(rows::FOUND)
        .part(
            " where s.kind <> 'browser' and s.ended_at is null and s.expires_at > ",
            event.at,
        )
        .sql(if pause.is_some() {
            " and s.paused_at is null and s.id in "
        } else {
            " and s.paused_at is not null and s.id in "
        })
        .list(ids.iter().copied());
    let keys = lock(&mut tx, keys).await?;
    for key in &keys {
        let update = query("update sign_ins set paused_at = $1, paused_by = $2 where id = $3")
            .bind(pause.map(|pause| pause.at))
            .bind(pause.map(|pause| pause.by))
            .bind(key.sign_in.id);
        tx.execute(update).await?;
        tx.note(&event.clone().about(&key.sign_in));
    }
    tx.commit().await?;
    Ok(keys.iter().map(|key| key.sign_in.id).collect())
}
