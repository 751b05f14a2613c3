use flui_identity::{StoreError, sign_ins::LiveCount};
use flui_model::Timestamp;

use crate::{database::Pools, query::query, rows};

/// What is live of each kind, in one walk over the table.
pub(crate) async fn count_live(pools: &Pools, now: Timestamp) -> Result<Vec<LiveCount>, StoreError> {
    let counted = query(
        "select s.kind, count(*) as live, min(s.expires_at) as first_end \
         from sign_ins s join people p on p.id = s.person_id \
         where s.ended_at is null and p.disabled_at is null",
    )
    .part(" and s.expires_at > ", now)
    .sql(" group by s.kind");
    let rows = pools.rows(counted).await?;
    rows.iter()
        .map(|row| {
            Ok(LiveCount {
                kind: rows::parse(row, "kind")?,
                count: u64::try_from(row.get::<i64>("live")?).map_err(|_| rows::unreadable("live"))?,
                first_end: rows::time(row, "first_end")?,
            })
        })
        .collect()
}

/// How many CI and service keys are live at `now` whose owners are gone. Begins with the people, who are few.
pub(crate) async fn count_needing_owner(pools: &Pools, now: Timestamp) -> Result<u64, StoreError> {
    let count = query(
        "select count(*) as n from people p join sign_ins s on s.person_id = p.id \
         where p.gone_at is not null and s.kind in ('ci', 'service') and s.ended_at is null",
    )
    .part(" and s.expires_at > ", now);
    let row = pools.row(count).await?;
    let count = row.map(|row| row.get::<i64>("n")).transpose()?.unwrap_or_default();
    Ok(u64::try_from(count).unwrap_or_default())
}
