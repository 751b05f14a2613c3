//! What is kept of the uses of keys: counts for each day, places, scopes.

use std::collections::BTreeMap;

use flui_identity::{
    StoreError,
    sign_ins::{Day, DayUses, KeyUses, MAX_KEPT_PLACES, Use, UsedPlace, UsedScope},
};
use flui_model::{Scope, SignInId, Timestamp};

use crate::{
    database::{Pools, Row, Tx},
    query::query,
    rows,
};

/// Rows in one statement: at most five values each, far below what either database takes.
const ROWS_AT_ONCE: usize = 500;

/// Adds to the counts of keys, in the transaction that holds the rows of their sign-ins.
pub(super) async fn add(tx: &mut Tx, uses: &[Use]) -> Result<(), StoreError> {
    let mut days: BTreeMap<(SignInId, Day), u64> = BTreeMap::new();
    let mut places: BTreeMap<(SignInId, &str, &str), (u64, Timestamp)> = BTreeMap::new();
    let mut scopes: BTreeMap<(SignInId, Scope), Timestamp> = BTreeMap::new();
    for used in uses {
        if used.count > 0 {
            *days.entry((used.id, Day::of(used.at))).or_default() += used.count;
        }
        for place in &used.places {
            let kept = places
                .entry((used.id, &place.address, &place.program))
                .or_insert((0, place.at));
            *kept = (kept.0 + place.count, kept.1.max(place.at));
        }
        for scope in &used.scopes {
            let kept = scopes.entry((used.id, scope.scope)).or_insert(scope.at);
            *kept = scope.at.max(*kept);
        }
    }
    add_days(tx, days.into_iter().collect()).await?;
    let mut ids: Vec<SignInId> = places.keys().map(|(id, ..)| *id).collect();
    ids.dedup();
    add_places(tx, places.into_iter().collect()).await?;
    drop_old_places(tx, &ids).await?;
    add_scopes(tx, scopes.into_iter().collect()).await
}

async fn add_days(tx: &mut Tx, days: Vec<((SignInId, Day), u64)>) -> Result<(), StoreError> {
    for rows in days.chunks(ROWS_AT_ONCE) {
        let mut insert = query("insert into key_uses (sign_in_id, day, uses) values ");
        for (place, ((id, day), count)) in rows.iter().enumerate() {
            insert = insert
                .part(if place == 0 { "(" } else { ", (" }, *id)
                .part(", ", day.number())
                .part(", ", number(*count))
                .sql(")");
        }
        let insert = insert.sql(" on conflict (sign_in_id, day) do update set uses = key_uses.uses + excluded.uses");
        tx.execute(insert).await?;
    }
    Ok(())
}

type Place<'a> = ((SignInId, &'a str, &'a str), (u64, Timestamp));

async fn add_places(tx: &mut Tx, places: Vec<Place<'_>>) -> Result<(), StoreError> {
    for rows in places.chunks(ROWS_AT_ONCE) {
        let mut insert = query("insert into key_places (sign_in_id, address, program, uses, last_at) values ");
        for (place, ((id, address, program), (count, at))) in rows.iter().enumerate() {
            insert = insert
                .part(if place == 0 { "(" } else { ", (" }, *id)
                .part(", ", *address)
                .part(", ", *program)
                .part(", ", number(*count))
                .part(", ", *at)
                .sql(")");
        }
        let insert = insert.sql(
            " on conflict (sign_in_id, address, program) do update set uses = key_places.uses + excluded.uses, \
             last_at = case when key_places.last_at > excluded.last_at then key_places.last_at \
             else excluded.last_at end",
        );
        tx.execute(insert).await?;
    }
    Ok(())
}

/// Drops the oldest places of these keys beyond what is kept.
async fn drop_old_places(tx: &mut Tx, ids: &[SignInId]) -> Result<(), StoreError> {
    for ids in ids.chunks(ROWS_AT_ONCE) {
        let delete = query(
            "delete from key_places where (sign_in_id, address, program) in \
             (select sign_in_id, address, program from (select sign_in_id, address, program, row_number() over \
             (partition by sign_in_id order by last_at desc, address, program) as place \
             from key_places where sign_in_id in ",
        )
        .list(ids.iter().copied())
        .part(") as ranked where place > ", MAX_KEPT_PLACES)
        .sql(")");
        tx.execute(delete).await?;
    }
    Ok(())
}

async fn add_scopes(tx: &mut Tx, scopes: Vec<((SignInId, Scope), Timestamp)>) -> Result<(), StoreError> {
    for rows in scopes.chunks(ROWS_AT_ONCE) {
        let mut insert = query("insert into key_scopes (sign_in_id, scope, last_at) values ");
        for (place, ((id, scope), at)) in rows.iter().enumerate() {
            insert = insert
                .part(if place == 0 { "(" } else { ", (" }, *id)
                .part(", ", scope.to_string())
                .part(", ", *at)
                .sql(")");
        }
        let insert = insert.sql(
            " on conflict (sign_in_id, scope) do update set last_at = case when key_scopes.last_at > excluded.last_at \
             then key_scopes.last_at else excluded.last_at end",
        );
        tx.execute(insert).await?;
    }
    Ok(())
}

/// What is kept of one key.
pub(crate) async fn find(pools: &Pools, id: SignInId, since: Day) -> Result<KeyUses, StoreError> {
    let mut tx = pools.snapshot().await?;
    let days = query("select day, uses from key_uses")
        .part(" where sign_in_id = ", id)
        .part(" and day >= ", since.number())
        .sql(" order by day");
    let places = query("select address, program, uses, last_at from key_places")
        .part(" where sign_in_id = ", id)
        .sql(" order by last_at desc, address, program");
    let scopes = query("select scope, last_at from key_scopes")
        .part(" where sign_in_id = ", id)
        .sql(" order by scope");
    let found = KeyUses {
        days: tx.rows(days).await?.iter().map(day).collect::<Result<_, _>>()?,
        places: tx.rows(places).await?.iter().map(place).collect::<Result<_, _>>()?,
        scopes: tx.rows(scopes).await?.iter().map(scope).collect::<Result<_, _>>()?,
    };
    tx.commit().await?;
    Ok(found)
}

fn day(row: &Row) -> Result<DayUses, StoreError> {
    Ok(DayUses {
        day: Day::from_number(row.get("day")?),
        count: count(row)?,
    })
}

fn place(row: &Row) -> Result<UsedPlace, StoreError> {
    Ok(UsedPlace {
        address: row.get("address")?,
        program: row.get("program")?,
        count: count(row)?,
        at: rows::time(row, "last_at")?,
    })
}

fn scope(row: &Row) -> Result<UsedScope, StoreError> {
    Ok(UsedScope {
        scope: rows::parse(row, "scope")?,
        at: rows::time(row, "last_at")?,
    })
}

fn count(row: &Row) -> Result<u64, StoreError> {
    u64::try_from(row.get::<i64>("uses")?).map_err(|_| rows::unreadable("uses"))
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Small batches, so that no other writer waits for long.
const SWEEP_BATCH: u32 = 1_000;

/// Removes counts and places from before this day.
pub(crate) async fn sweep(pools: &Pools, before: Day) -> Result<(), StoreError> {
    let days = "delete from key_uses where (sign_in_id, day) in \
                (select sign_in_id, day from key_uses where day < $1 limit $2)";
    let places = "delete from key_places where (sign_in_id, address, program) in \
                  (select sign_in_id, address, program from key_places where last_at < $1 limit $2)";
    for (text, bound) in [(days, before.number()), (places, before.start().as_micros())] {
        while pools.execute(query(text).bind(bound).bind(SWEEP_BATCH)).await? >= u64::from(SWEEP_BATCH) {}
    }
    Ok(())
}
