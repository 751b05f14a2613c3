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
