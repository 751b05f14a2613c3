//! Reading the audit log. Its rows are written by `chain`, at the end of the transaction of their act.

use flui_identity::{
    StoreError,
    audit::{EventFilter, RecordedEvent},
};
use flui_model::{PersonId, SignInId};

use crate::{
    database::{Pools, Row},
    query::query,
    rows,
};

/// Events that pass the filter, newest first, at most `limit` with a sequence number below `before`.
pub(crate) async fn list(
    pools: &Pools,
    filter: &EventFilter,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let mut events = query(
        "select e.seq, e.at, e.action, e.outcome, e.reason, e.actor, coalesce(p.name, p.email, p.subject) as \
         actor_name, e.sign_in, e.object, e.object_name, e.address, e.user_agent, e.request_id \
         from audit_events e left join people p on p.id = e.actor",
    )
    .part(" where e.seq < ", before.unwrap_or(i64::MAX));
    if let Some(person) = filter.person {
        events = events
            .part(" and (e.actor = ", person)
            .part(" or e.owner = ", person)
            .sql(")");
    }
    if let Some(about) = filter.about {
        events = events
            .part(" and (e.object = ", about.to_string())
            .part(" or e.sign_in = ", about)
            .sql(")");
    }
    if let Some(action) = &filter.action {
        events = events.part(" and e.action = ", action.as_str());
    }
    if let Some(outcome) = &filter.outcome {
        events = events.part(" and e.outcome = ", outcome.as_str());
    }
    if let Some(since) = filter.since {
        events = events.part(" and e.at >= ", since);
    }
    let rows = pools.rows(events.sql(" order by e.seq desc").limit(limit)).await?;
    rows.iter().map(recorded).collect()
}

fn recorded(row: &Row) -> Result<RecordedEvent, StoreError> {
    let address = row.get::<Option<String>>("address")?;
    Ok(RecordedEvent {
        seq: row.get("seq")?,
        at: rows::time(row, "at")?,
        action: row.get("action")?,
        outcome: row.get("outcome")?,
        reason: row.get("reason")?,
        actor: rows::maybe_uuid(row, "actor")?.map(PersonId::from_uuid),
        actor_name: row.get("actor_name")?,
        sign_in: rows::maybe_uuid(row, "sign_in")?.map(SignInId::from_uuid),
        object: row.get("object")?,
        object_name: row.get("object_name")?,
        address: address
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| rows::unreadable("address"))?,
        user_agent: row.get("user_agent")?,
        request_id: row.get("request_id")?,
    })
}
