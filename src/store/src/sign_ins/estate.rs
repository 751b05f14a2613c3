use flui_identity::{
    StoreError,
    estate::{EstateFilter, Risk},
    sign_ins::Found,
};
use flui_model::{SignInId, Timestamp};

use crate::{
    database::Pools,
    query::{Query, query},
    rows,
};

/// Everybody's sign-ins that open something at `now` and pass the filter, newest first. Walks the index of what is not
/// ended from `before` on and stops at the limit.
pub(crate) async fn list(
    pools: &Pools,
    filter: &EstateFilter,
    now: Timestamp,
    idle_limit: Timestamp,
    before: Option<SignInId>,
    limit: u32,
) -> Result<Vec<Found>, StoreError> {
    let mut tx = pools.snapshot().await?;
    let mut live = query(rows::FOUND)
        .part(" where s.ended_at is null and s.expires_at > ", now)
        .part(
            " and (s.kind <> 'browser' or coalesce(s.last_used_at, s.created_at) > ",
            idle_limit,
        )
        .sql(")");
    if let Some(person) = filter.person {
        live = live.part(" and s.person_id = ", person);
    }
    if let Some(kind) = filter.kind {
        live = live.part(" and s.kind = ", kind.as_str());
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let (own, owner) = if tx.has_rivals() {
            (" and (strpos", ") > 0 or strpos")
        } else {
            (" and (instr", ") > 0 or instr")
        };
        let text = text.to_lowercase();
        live = live
            .sql(own)
            .part("(s.name_folded, ", text.clone())
            .sql(owner)
            .part("(p.search, ", text)
            .sql(") > 0)");
    }
    if let Some(risk) = filter.risk {
        live = risky(live, risk, now);
    }
    if filter.paused {
        live = live.sql(" and s.paused_at is not null");
    }
    if let Some(before) = before {
        live = live.part(" and s.id < ", before);
    }
    let rows = tx.rows(live.sql(" order by s.id desc").limit(limit)).await?;
    tx.commit().await?;
    rows.iter().map(rows::found).collect()
}

/// Says in SQL what [`Risk::of`] says of one row.
fn risky(live: Query, risk: Risk, now: Timestamp) -> Query {
    match risk {
        Risk::Unscoped => live.sql(" and s.kind in ('ci', 'service') and s.scopes is null"),
        Risk::LongLived => live.part(" and s.expires_at > ", now + Risk::LONG_LIFE),
        Risk::Unused => live.part(
            " and coalesce(s.last_used_at, s.created_at) < ",
            now - Risk::LONG_UNUSED,
        ),
        Risk::OwnerDisabled => live.sql(" and p.disabled_at is not null"),
        Risk::NeedsOwner => live.sql(" and s.kind in ('ci', 'service') and p.gone_at is not null"),
        Risk::OwnerAway => live
            .part(" and p.last_seen_at < ", now - Risk::LONG_AWAY)
            .part(" and coalesce(p.confirmed_at, 0) < ", now - Risk::LONG_AWAY),
    }
}
