//! Secret addresses of calendars.

use flui_identity::{SecretHash, StoreError, audit::Event, people::Person};
use flui_model::{PersonId, Timestamp};

use crate::{database::Pools, query::query, rows};

/// Keeps the hash of a person's secret, in place of any other, and writes the event.
pub(crate) async fn put(
    pools: &Pools,
    person: PersonId,
    secret_hash: &SecretHash,
    at: Timestamp,
    event: &Event,
) -> Result<(), StoreError> {
    let mut tx = pools.begin().await?;
    let upsert = query(
        "insert into calendars (person_id, secret_hash, created_at) values ($1, $2, $3) \
         on conflict (person_id) do update set secret_hash = excluded.secret_hash, created_at = excluded.created_at",
    )
    .bind(person)
    .bind(*secret_hash)
    .bind(at);
    tx.execute(upsert).await?;
    tx.note(event);
    tx.commit().await
}

/// When the person's address was made.
pub(crate) async fn find(pools: &Pools, person: PersonId) -> Result<Option<Timestamp>, StoreError> {
    let found = query("select created_at from calendars").part(" where person_id = ", person);
    let row = pools.row(found).await?;
    row.as_ref().map(|row| rows::time(row, "created_at")).transpose()
}

/// The person whose address has this secret.
pub(crate) async fn find_owner(pools: &Pools, secret_hash: &SecretHash) -> Result<Option<Person>, StoreError> {
    let owner = query(rows::PERSON)
        .sql(" join calendars c on c.person_id = p.id")
        .part(" where c.secret_hash = ", *secret_hash);
    pools.row(owner).await?.as_ref().map(rows::person).transpose()
}

/// Removes the person's address and writes the event. `false`, and no event: there is none.
pub(crate) async fn delete(pools: &Pools, person: PersonId, event: &Event) -> Result<bool, StoreError> {
    let mut tx = pools.begin().await?;
    let delete = query("delete from calendars").part(" where person_id = ", person);
    if tx.execute(delete).await? == 0 {
        return Ok(false);
    }
    tx.note(event);
    tx.commit().await?;
    Ok(true)
}
