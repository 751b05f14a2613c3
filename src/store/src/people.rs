//! People.

use flui_identity::{
    StoreError,
    people::{Person, ProvenPerson},
};
use flui_model::{PersonId, Timestamp};

use crate::{
    database::{Pools, Tx},
    query::query,
    rows,
};

/// The person with this id.
pub(crate) async fn find(pools: &Pools, id: PersonId) -> Result<Option<Person>, StoreError> {
    let row = pools.row(query(rows::PERSON).part(" where p.id = ", id)).await?;
    row.as_ref().map(rows::person).transpose()
}

/// The person that the provider calls so.
pub(crate) async fn find_by_subject(pools: &Pools, issuer: &str, subject: &str) -> Result<Option<Person>, StoreError> {
    let person = query(rows::PERSON)
        .part(" where p.issuer = ", issuer)
        .part(" and p.subject = ", subject);
    pools.row(person).await?.as_ref().map(rows::person).transpose()
}

/// The person with this id, who must be there.
pub(crate) async fn get(tx: &mut Tx, id: PersonId) -> Result<Person, StoreError> {
    let row = tx.row(query(rows::PERSON).part(" where p.id = ", id)).await?;
    let row = row.ok_or_else(|| StoreError::Corrupt("there is no person with this id".to_owned()))?;
    rows::person(&row)
}

/// Writes down the person as the provider just proved them: a new row with `id`, or what is known brought up to date.
/// What the proof says nothing of stays, and so does when they were first seen and whether an admin disabled them. The row is locked until the transaction ends.
pub(crate) async fn see(tx: &mut Tx, proven: &ProvenPerson, id: PersonId, at: Timestamp) -> Result<Person, StoreError> {
    // Text is kept without NUL, and two people must never become one by that.
    if proven.issuer.contains('\0') || proven.subject.contains('\0') {
        return Err(StoreError::Corrupt(
            "the provider's name of the person holds a NUL".to_owned(),
        ));
    }
    let upsert = query(
        "insert into people (id, issuer, subject, name, email, email_verified, groups, first_seen_at, last_seen_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8) \
         on conflict (issuer, subject) do update set name = coalesce(excluded.name, people.name), \
         email = coalesce(excluded.email, people.email), \
         email_verified = case when excluded.email is null then people.email_verified else excluded.email_verified end, \
         groups = case when $9 = 1 then excluded.groups else people.groups end, last_seen_at = excluded.last_seen_at",
    )
    .bind(id)
    .bind(proven.issuer.as_str())
    .bind(proven.subject.as_str())
    .bind(proven.name.as_deref())
    .bind(proven.email.as_deref())
    .bind(proven.email_verified)
    .bind(rows::json(&proven.groups.clone().unwrap_or_default()))
    .bind(at)
    .bind(proven.groups.is_some());
    tx.execute(upsert).await?;
    let person = query(rows::PERSON)
        .part(" where p.issuer = ", proven.issuer.as_str())
        .part(" and p.subject = ", proven.subject.as_str());
    let row = tx.row(person).await?;
    rows::person(&row.ok_or_else(|| rows::unreadable("subject"))?)
}
