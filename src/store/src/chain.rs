//! The chain over the audit log: how rows are written, and how they are read to be checked.
//!
//! There is one chain for the whole installation, however many processes write to it. Its end stands in the one row of
//! `audit_head`, which a transaction locks as its last step: see `docs/architecture.md`.

use flui_identity::{
    StoreError,
    audit::{
        Event,
        chain::{ChainHash, ChainedEvent, Checker, Head},
    },
};
use flui_model::{PersonId, SignInId};

use crate::{
    database::{Pools, Row, Tx},
    query::{Query, query},
    rows,
};

/// Rows in one statement: fourteen values each, far below what either database takes.
const ROWS_AT_ONCE: usize = 500;

/// Rows read at once.
const ROWS_OF_A_PAGE: u32 = 1_000;

const HEAD: &str = "select seq, hash from audit_head";

/// Writes events at the end of the chain. To be the last thing that a transaction does.
pub(crate) async fn append(tx: &mut Tx, events: &[Event]) -> Result<(), StoreError> {
    let mut lock = query(HEAD);
    if tx.has_rivals() {
        lock = lock.sql(" for update");
    }
    let row = tx.row(lock).await?;
    let row = row.ok_or_else(|| StoreError::Corrupt("the audit log has no head".to_owned()))?;
    let mut head = head(&row)?;
    let rows: Vec<ChainedEvent> = events.iter().map(|event| head.append(event)).collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        let insert = if tx.has_rivals() {
            // In one statement, because others wait: each time to the server and back counts.
            insert(move_head(query("with head as ("), &head).sql(") "), rows)
        } else {
            tx.execute(move_head(query(""), &head)).await?;
            insert(query(""), rows)
        };
        tx.execute(insert).await.map_err(|error| match error {
            StoreError::Taken => StoreError::Corrupt("the audit log goes on beyond its head".to_owned()),
            error => error,
        })?;
    }
    Ok(())
}

fn move_head(before: Query, head: &Head) -> Query {
    before
        .part("update audit_head set seq = ", head.seq)
        .part(", hash = ", head.hash)
}

fn insert(before: Query, rows: &[ChainedEvent]) -> Query {
    let mut insert = before.sql(
        "insert into audit_events (seq, at, action, outcome, reason, actor, sign_in, object, object_name, owner, \
         address, user_agent, request_id, hash) values ",
    );
    for (place, row) in rows.iter().enumerate() {
        insert = insert
            .part(if place == 0 { "(" } else { ", (" }, row.seq)
            .part(", ", row.at)
            .part(", ", row.action.as_str())
            .part(", ", row.outcome.as_str())
            .part(", ", row.reason.as_deref())
            .part(", ", row.actor)
            .part(", ", row.sign_in)
            .part(", ", row.object.as_deref())
            .part(", ", row.object_name.as_deref())
            .part(", ", row.owner)
            .part(", ", row.address.as_deref())
            .part(", ", row.user_agent.as_deref())
            .part(", ", row.request_id.as_deref())
            .part(", ", row.hash)
            .sql(")");
    }
    insert
}

/// Makes the head of a log that has none yet: of one without rows, or of one from before there was a chain, whose rows
/// the first hash then covers. Refuses a log whose head was taken away.
pub(crate) async fn begin(pools: &Pools) -> Result<(), StoreError> {
    if pools.row(query(HEAD)).await?.is_some() {
        return Ok(());
    }
    let mut tx = pools.begin().await?;
    if tx.has_rivals() {
        // Of several replicas that start at once one makes it.
        tx.execute(query("lock table audit_head in exclusive mode")).await?;
        if tx.row(query(HEAD)).await?.is_some() {
            return Ok(());
        }
    }
    let mut checker = Checker::new(&[]);
    loop {
        let rows = page(&mut tx, checker.last()).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.hash.is_some() {
                return Err(StoreError::Corrupt("the head of the audit log is gone".to_owned()));
            }
            checker
                .take(&row)
                .map_err(|fault| StoreError::Corrupt(fault.to_string()))?;
        }
    }
    let sound = checker
        .finish(None)
        .map_err(|fault| StoreError::Corrupt(fault.to_string()))?;
    let insert = query("insert into audit_head (id, seq, hash) values (1, $1, $2)")
        .bind(sound.head.seq)
        .bind(sound.head.hash);
    tx.execute(insert).await?;
    tx.commit().await
}

/// The rows after this number, oldest first. Stops before a row that cannot be read, and fails if that is the first.
pub(crate) async fn page(tx: &mut Tx, after: i64) -> Result<Vec<ChainedEvent>, StoreError> {
    let select = query(
        "select seq, at, action, outcome, reason, actor, sign_in, object, object_name, owner, address, user_agent, \
         request_id, hash from audit_events",
    )
    .part(" where seq > ", after)
    .sql(" order by seq")
    .limit(ROWS_OF_A_PAGE);
    let mut chained = Vec::new();
    for row in tx.rows(select).await? {
        match event(&row) {
            Ok(event) => chained.push(event),
            Err(StoreError::Corrupt(_)) if !chained.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(chained)
}

/// The end of the chain, as it is kept.
pub(crate) fn head(row: &Row) -> Result<Head, StoreError> {
    Ok(Head {
        seq: row.get("seq")?,
        hash: hash(&row.get::<Vec<u8>>("hash")?)?,
    })
}

fn event(row: &Row) -> Result<ChainedEvent, StoreError> {
    Ok(ChainedEvent {
        seq: row.get("seq")?,
        at: rows::time(row, "at")?,
        action: row.get("action")?,
        outcome: row.get("outcome")?,
        reason: row.get("reason")?,
        actor: rows::maybe_uuid(row, "actor")?.map(PersonId::from_uuid),
        sign_in: rows::maybe_uuid(row, "sign_in")?.map(SignInId::from_uuid),
        object: row.get("object")?,
        object_name: row.get("object_name")?,
        owner: rows::maybe_uuid(row, "owner")?.map(PersonId::from_uuid),
        address: row.get("address")?,
        user_agent: row.get("user_agent")?,
        request_id: row.get("request_id")?,
        hash: row.get::<Option<Vec<u8>>>("hash")?.as_deref().map(hash).transpose()?,
    })
}

fn hash(bytes: &[u8]) -> Result<ChainHash, StoreError> {
    ChainHash::from_bytes(bytes).ok_or_else(|| rows::unreadable("hash"))
}
