//! The audit log. Triggers of both schemas refuse to alter or delete a row.

use flui_identity::{
    StoreError,
    audit::{Event, EventFilter, RecordedEvent},
};
use flui_model::{PersonId, SignInId};

use crate::{
    database::{Pools, Row, Tx},
    query::query,
    rows,
};

/// Writes an event in the transaction of its act.
pub(crate) async fn append(tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
    let client = event.client.as_ref();
    let insert = query(
        "insert into audit_events (at, action, outcome, reason, actor, sign_in, object, object_name, owner, address, \
         user_agent, request_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(event.at)
    .bind(event.action.as_str())
    .bind(event.outcome.as_str())
    .bind(event.reason.as_deref())
    .bind(event.actor)
    .bind(event.sign_in)
    .bind(event.object.as_deref())
    .bind(event.object_name.as_deref())
    .bind(event.owner)
    .bind(client.map(|client| client.address.to_string()))
    .bind(client.map(|client| client.user_agent.as_str()))
    .bind(client.map(|client| client.request_id.as_str()));
    tx.execute(insert).await.map(|_| ())
}

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
    let rows = pools.rows(events.part(" order by e.seq desc limit ", limit)).await?;
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
