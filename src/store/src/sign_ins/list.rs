use flui_identity::{
    StoreError,
    sign_ins::{Cursor, Filter, Found},
};
use flui_model::{Timestamp, api_keys::KeyState};

use crate::{
    database::{Pools, Tx},
    query::{Query, query},
    rows,
};

/// Sign-ins that pass the filter: the live ones first, then those that are over, each newest first.
///
/// Each part walks an index from the cursor on and stops at the limit, whatever the number of rows. Both read one
/// snapshot, so that a sign-in which ends meanwhile is not listed twice.
pub(crate) async fn list(
    pools: &Pools,
    filter: &Filter,
    now: Timestamp,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Found>, StoreError> {
    let mut tx = pools.snapshot().await?;
    let mut found = Vec::new();
    let wants_live = filter.state.is_none_or(|state| !state.is_over());
    if wants_live && cursor.is_none_or(|cursor| !cursor.over) {
        let mut live = query(rows::FOUND).part(" where s.ended_at is null and s.expires_at > ", now);
        if filter.state == Some(KeyState::Paused) {
            live = live.sql(" and s.paused_at is not null");
        }
        found = page(&mut tx, live, filter, cursor, limit).await?;
    }
    let missing = limit - u32::try_from(found.len()).unwrap_or(limit).min(limit);
    if missing > 0 && filter.state.is_none_or(KeyState::is_over) {
        let over = match filter.state {
            Some(KeyState::Ended) => query(rows::FOUND).sql(" where s.ended_at is not null"),
            Some(KeyState::Expired) => query(rows::FOUND).part(" where s.ended_at is null and s.expires_at <= ", now),
            _ => query(rows::FOUND)
                .part(" where (s.ended_at is not null or s.expires_at <= ", now)
                .sql(")"),
        };
        let cursor = cursor.filter(|cursor| cursor.over);
        found.extend(page(&mut tx, over, filter, cursor, missing).await?);
    }
    tx.commit().await?;
    Ok(found)
}

/// What else the filter asks for, from the cursor on.
async fn page(
    tx: &mut Tx,
    mut part: Query,
    filter: &Filter,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Found>, StoreError> {
    if let Some(person) = filter.person {
        part = part.part(" and s.person_id = ", person);
    }
    if !filter.kinds.is_empty() {
        part = part
            .sql(" and s.kind in ")
            .list(filter.kinds.iter().map(|kind| kind.as_str()));
    }
    if let Some(text) = &filter.text {
        // Not `like`: its wildcards and its limit on length are no business of whoever searches.
        let position = if tx.has_rivals() { " and strpos" } else { " and instr" };
        part = part
            .sql(position)
            .part("(s.name_folded, ", text.to_lowercase())
            .sql(") > 0");
    }
    if let Some(context) = &filter.context {
        part = super::bound_to(part, tx, context);
    }
    if let Some(cursor) = cursor {
        part = part.part(" and s.id < ", cursor.id);
    }
    let rows = tx.rows(part.part(" order by s.id desc limit ", limit)).await?;
    rows.iter().map(rows::found).collect()
}
