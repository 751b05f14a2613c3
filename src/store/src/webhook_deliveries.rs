//! Webhook deliveries: written with the act that they tell of, taken by one process at a time, and swept when over.

use std::time::Duration;

use flui_identity::{
    StoreError,
    audit::Event,
    people::Person,
    sign_ins::{End, Found},
    webhook_deliveries::{
        NewDelivery, Settled, WARNING_DAYS, WebhookDelivery, ended, expiring, person_disabled, person_enabled,
    },
};
use flui_model::{PersonId, SignInId, Timestamp};

use crate::{
    database::{Pools, Row, Tx},
    people,
    query::query,
    rows,
};

const DAY: Duration = Duration::from_hours(24);

/// How long finished deliveries are kept. A warning that is gone would be written again while its days last: seven at
/// most.
const KEPT: Duration = DAY.saturating_mul(8);

/// Keys warned of, or rows removed, in one transaction, so that no other writer waits for long.
const BATCH: u32 = 500;

/// Writes that a key ended. Browser sessions are nobody's news.
pub(crate) async fn tell_end(tx: &mut Tx, found: &Found, end: &End, by: &mut Option<Person>) -> Result<(), StoreError> {
    if !found.sign_in.kind.is_key() {
        return Ok(());
    }
    know(tx, end.by, by).await?;
    insert(tx, &ended(found, end, by.as_ref())).await
}

/// Writes that the live keys of a person are refused from now on, or work again.
pub(crate) async fn tell_access(
    tx: &mut Tx,
    person: PersonId,
    disabled: bool,
    event: &Event,
) -> Result<(), StoreError> {
    let keys = query(rows::FOUND)
        .part(" where s.person_id = ", person)
        .part(
            " and s.ended_at is null and s.kind <> 'browser' and s.expires_at > ",
            event.at,
        )
        .sql(" order by s.id");
    let keys = tx.rows(keys).await?;
    let mut by = None;
    know(tx, event.actor, &mut by).await?;
    for row in &keys {
        let found = rows::found(row)?;
        let delivery = if disabled {
            person_disabled(&found, event.at, by.as_ref())
        } else {
            person_enabled(&found, event.at)
        };
        insert(tx, &delivery).await?;
    }
    Ok(())
}

/// Looks up who did it, once for an act.
async fn know(tx: &mut Tx, id: Option<PersonId>, person: &mut Option<Person>) -> Result<(), StoreError> {
    if let (Some(id), None) = (id, &person) {
        *person = Some(people::get(tx, id).await?);
    }
    Ok(())
}

async fn insert(tx: &mut Tx, delivery: &NewDelivery) -> Result<(), StoreError> {
    let message = &delivery.message;
    let insert = query(
        "insert into webhook_deliveries (id, sign_in_id, warning, expires_at, body, due_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing",
    )
    .bind(message.id.as_str())
    .bind(message.key.id)
    .bind(delivery.warning)
    .bind(message.key.expires_at)
    .bind(rows::json(message))
    .bind(message.at);
    tx.execute(insert).await.map(|_| ())
}

/// Writes a warning for every live key that has come within so many days of its end. A key that was made with less life
/// than that is no news.
pub(crate) async fn insert_warnings(pools: &Pools, now: Timestamp) -> Result<(), StoreError> {
    for (place, days) in WARNING_DAYS.into_iter().enumerate() {
        let nearer = WARNING_DAYS.get(place + 1).copied().unwrap_or_default();
        while warn(pools, now, days, nearer).await? >= BATCH as usize {}
    }
    Ok(())
}

/// Warns of a batch of keys with more than `nearer` and at most `days` days left. Answers how many it found.
async fn warn(pools: &Pools, now: Timestamp, days: u32, nearer: u32) -> Result<usize, StoreError> {
    let near = || {
        query(rows::FOUND)
            .sql(" where s.ended_at is null and s.kind <> 'browser'")
            .part(" and s.expires_at > ", now + DAY * nearer)
            .part(" and s.expires_at <= ", now + DAY * days)
            .part(" and s.created_at < s.expires_at - ", micros(DAY * days))
            .sql(" and p.disabled_at is null and not exists (select 1 from webhook_deliveries d")
            .part(" where d.sign_in_id = s.id and d.warning = ", days)
            .sql(" and d.expires_at = s.expires_at)")
            .sql(" order by s.expires_at, s.id")
            .limit(BATCH)
    };
    // Most of the time there is nothing to write, and readers wait for nobody.
    if pools.rows(near()).await?.is_empty() {
        return Ok(0);
    }
    let mut tx = pools.begin().await?;
    let found = tx.rows(near()).await?;
    for row in &found {
        insert(&mut tx, &expiring(&rows::found(row)?, days, now)).await?;
    }
    tx.commit().await?;
    Ok(found.len())
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// Takes deliveries that are due, and puts them off until `until`: nobody else takes them before.
pub(crate) async fn take(
    pools: &Pools,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<WebhookDelivery>, StoreError> {
    let due = query("select id from webhook_deliveries").part(" where due_at <= ", now);
    if pools.row(due.sql(" limit 1")).await?.is_none() {
        return Ok(Vec::new());
    }
    let mut tx = pools.begin().await?;
    let mut take = query("update webhook_deliveries")
        .part(" set attempts = attempts + 1, due_at = ", until)
        .sql(" where id in (select id from webhook_deliveries")
        .part(" where due_at <= ", now)
        .sql(" order by due_at, id")
        .limit(limit);
    if tx.has_rivals() {
        take = take.sql(" for update skip locked");
    }
    let taken = tx.rows(take.sql(") returning id, sign_in_id, body, attempts")).await?;
    tx.commit().await?;
    taken.iter().map(delivery).collect()
}

fn delivery(row: &Row) -> Result<WebhookDelivery, StoreError> {
    Ok(WebhookDelivery {
        id: row.get("id")?,
        key: SignInId::from_uuid(rows::uuid(row, "sign_in_id")?),
        body: row.get("body")?,
        attempts: u32::try_from(row.get::<i64>("attempts")?).map_err(|_| rows::unreadable("attempts"))?,
    })
}

/// Writes down what became of an attempt, with the event if it was the last. One that took so long that another process
/// has tried again has nothing to say any more.
pub(crate) async fn settle(pools: &Pools, delivery: &WebhookDelivery, settled: &Settled) -> Result<(), StoreError> {
    let (due_at, finished_at) = match settled {
        Settled::Delivered(at) => (None, Some(*at)),
        Settled::Again(at) => (Some(*at), None),
        Settled::GivenUp(event) => (None, Some(event.at)),
    };
    let mut tx = pools.begin().await?;
    let update = query("update webhook_deliveries set due_at = $1, finished_at = $2 where id = $3")
        .bind(due_at)
        .bind(finished_at)
        .bind(delivery.id.as_str())
        .part(" and due_at is not null and attempts = ", delivery.attempts);
    if tx.execute(update).await? > 0
        && let Settled::GivenUp(event) = settled
    {
        tx.note(event);
    }
    tx.commit().await
}

/// Removes what has been over for a while; and, where no webhook is configured any more, what nobody will deliver.
pub(crate) async fn sweep(pools: &Pools, now: Timestamp, tells: bool) -> Result<(), StoreError> {
    const FINISHED: &str = "delete from webhook_deliveries where id in \
                            (select id from webhook_deliveries where finished_at <= $1 limit $2)";
    const LEFT: &str = "delete from webhook_deliveries where id in \
                        (select id from webhook_deliveries where due_at <= $1 limit $2)";
    let before = now - KEPT;
    let old: &[&str] = if tells { &[FINISHED] } else { &[FINISHED, LEFT] };
    for text in old {
        while pools.execute(query(text).bind(before).bind(BATCH)).await? >= u64::from(BATCH) {}
    }
    Ok(())
}
