//! People.

use flui_identity::{
    StoreError,
    audit::Event,
    people::{PeopleCursor, PeopleFilter, Person, ProvenPerson, SeenPerson},
};
use flui_model::{PersonId, Timestamp};

use crate::{
    database::{Pools, Tx},
    query::query,
    refresh_tokens, rows, webhook_deliveries,
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

/// People that pass the filter, with the one seen last first. Their sign-ins are looked up by person, row by row of the
/// page, so that the cost does not grow with the table.
pub(crate) async fn list(
    pools: &Pools,
    filter: &PeopleFilter,
    now: Timestamp,
    cursor: Option<PeopleCursor>,
    limit: u32,
) -> Result<Vec<SeenPerson>, StoreError> {
    let mut tx = pools.snapshot().await?;
    let mut people = query(
        "select p.id as person_id, p.issuer, p.subject, p.name as person_name, p.email, p.email_verified, p.groups, \
         p.first_seen_at, p.last_seen_at, p.disabled_at, p.gone_at, p.confirmed_at, \
         (select s.amr from sign_ins s where s.person_id = p.id and s.kind in ('browser', 'workstation') \
         order by s.id desc limit 1) as last_amr, \
         (select count(*) from sign_ins s where s.person_id = p.id and s.ended_at is null",
    )
    .part(" and s.expires_at > ", now)
    .sql(") as live_sign_ins from people p where 1 = 1");
    if let Some(text) = &filter.text {
        let position = if tx.has_rivals() { " and strpos" } else { " and instr" };
        people = people.sql(position).part("(p.search, ", text.as_str()).sql(") > 0");
    }
    match filter.disabled {
        Some(true) => people = people.sql(" and p.disabled_at is not null"),
        Some(false) => people = people.sql(" and p.disabled_at is null"),
        None => {}
    }
    if let Some(cursor) = cursor {
        people = people
            .part(" and (p.last_seen_at, p.id) < (", cursor.last_seen_at)
            .part(", ", cursor.id)
            .sql(")");
    }
    let people = people.sql(" order by p.last_seen_at desc, p.id desc").limit(limit);
    let rows = tx.rows(people).await?;
    tx.commit().await?;
    rows.iter()
        .map(|row| {
            let amr = row.get::<Option<String>>("last_amr")?;
            Ok(SeenPerson {
                person: rows::person(row)?,
                amr: amr.map(|amr| rows::read_json(&amr, "amr")).transpose()?,
                live_sign_ins: row.get("live_sign_ins")?,
            })
        })
        .collect()
}

/// Removes a person's access or gives it back, with the event if that changes anything. `None`: there is no such person.
pub(crate) async fn set_disabled(
    pools: &Pools,
    id: PersonId,
    disabled_at: Option<Timestamp>,
    event: &Event,
    tells: bool,
) -> Result<Option<Person>, StoreError> {
    let mut tx = pools.begin().await?;
    // What stands already stays: the first moment is the one that counts.
    let update = query("update people set disabled_at = $1 where id = $2")
        .bind(disabled_at)
        .bind(id)
        .sql(if disabled_at.is_some() {
            " and disabled_at is null"
        } else {
            " and disabled_at is not null"
        });
    if tx.execute(update).await? > 0 {
        tx.note(event);
        if tells {
            webhook_deliveries::tell_access(&mut tx, id, disabled_at.is_some(), event).await?;
        }
    }
    if disabled_at.is_some() {
        refresh_tokens::delete(&mut tx, id).await?;
    }
    let row = tx.row(query(rows::PERSON).part(" where p.id = ", id)).await?;
    tx.commit().await?;
    row.as_ref().map(rows::person).transpose()
}

/// What a search for people looks through.
fn search_text(person: &Person) -> String {
    let name = person.name.as_deref().unwrap_or_default();
    let email = person.email.as_deref().unwrap_or_default();
    format!("{name} {email} {}", person.subject).to_lowercase()
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
         groups = case when $9 = 1 then excluded.groups else people.groups end, last_seen_at = excluded.last_seen_at, \
         gone_at = null",
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
    let person = rows::person(&row.ok_or_else(|| rows::unreadable("subject"))?)?;
    write_search(tx, &person).await?;
    Ok(person)
}

/// Notes that the provider stood for a person whom it was asked about, and what it said of them, as [`see`] does but for
/// when they were last seen. Locks the row until the transaction ends.
pub(crate) async fn confirm(
    tx: &mut Tx,
    id: PersonId,
    proven: Option<&ProvenPerson>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let update = query("update people set confirmed_at = $1 where id = $2")
        .bind(at)
        .bind(id);
    tx.execute(update).await?;
    let Some(proven) = proven else { return Ok(()) };
    let update = query(
        "update people set name = coalesce($1, name), email = coalesce($2, email), \
         email_verified = case when $2 is null then email_verified else $3 end, \
         groups = case when $4 = 1 then $5 else groups end where id = $6",
    )
    .bind(proven.name.as_deref())
    .bind(proven.email.as_deref())
    .bind(proven.email_verified)
    .bind(proven.groups.is_some())
    .bind(rows::json(&proven.groups.clone().unwrap_or_default()))
    .bind(id);
    tx.execute(update).await?;
    let person = get(tx, id).await?;
    write_search(tx, &person).await
}

async fn write_search(tx: &mut Tx, person: &Person) -> Result<(), StoreError> {
    let search = query("update people set search = $1 where id = $2")
        .bind(search_text(person))
        .bind(person.id);
    tx.execute(search).await.map(|_| ())
}
