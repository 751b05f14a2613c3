//! Sealed refresh tokens, and what the provider's answers to them come to.

use flui_identity::{
    StoreError,
    audit::Event,
    owners::{Owner, RefreshToken},
    people::ProvenPerson,
    sign_ins::{End, SignIn},
};
use flui_model::{PersonId, Timestamp};

use crate::{
    database::{Pools, Tx},
    people,
    query::{Query, query},
    rows, sign_ins,
};

/// Keeps a token in place of any other of the person's, unless they are disabled or nothing of theirs is live.
pub(crate) async fn put(pools: &Pools, token: &RefreshToken) -> Result<(), StoreError> {
    let put = query(
        "insert into refresh_tokens (person_id, sealed, given_at, doubtful_at) select $1, $2, $3, $4 where exists \
         (select 1 from sign_ins where person_id = $1 and ended_at is null and expires_at > $3) \
         and exists (select 1 from people where id = $1 and disabled_at is null) \
         on conflict (person_id) do update set sealed = excluded.sealed, given_at = excluded.given_at, \
         doubtful_at = excluded.doubtful_at",
    )
    .bind(token.person_id)
    .bind(token.sealed.as_str())
    .bind(token.given_at)
    .bind(token.doubtful_at);
    pools.execute(put).await.map(|_| ())
}

/// Notes since when the person's token is doubtful, or that it is not.
pub(crate) async fn set_doubt(
    pools: &Pools,
    person: PersonId,
    doubtful_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let update = query("update refresh_tokens set doubtful_at = $1 where person_id = $2")
        .bind(doubtful_at)
        .bind(person);
    pools.execute(update).await.map(|_| ())
}

/// Removes the person's token if it is this one.
pub(crate) async fn delete_this(pools: &Pools, person: PersonId, sealed: &str) -> Result<bool, StoreError> {
    Ok(pools.execute(this(person, sealed)).await? > 0)
}

fn this(person: PersonId, sealed: &str) -> Query {
    query("delete from refresh_tokens where person_id = $1 and sealed = $2")
        .bind(person)
        .bind(sealed)
}

/// Removes the person's token.
pub(crate) async fn delete(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    let delete = query("delete from refresh_tokens where person_id = $1").bind(person);
    tx.execute(delete).await.map(|_| ())
}

/// Removes the tokens of those of whom nothing is live any more, after these were ended.
pub(crate) async fn delete_after(tx: &mut Tx, ended: &[SignIn], now: Timestamp) -> Result<(), StoreError> {
    let mut people: Vec<PersonId> = ended.iter().map(|sign_in| sign_in.person_id).collect();
    people.sort_unstable();
    people.dedup();
    for person in people {
        let delete = query(
            "delete from refresh_tokens where person_id = $1 and not exists \
             (select 1 from sign_ins where person_id = $1 and ended_at is null and expires_at > $2)",
        )
        .bind(person)
        .bind(now);
        tx.execute(delete).await?;
    }
    Ok(())
}

/// Removes the tokens of those of whom nothing is live any more, because the last expired.
pub(crate) async fn sweep(pools: &Pools, now: Timestamp) -> Result<(), StoreError> {
    let delete = query(
        "delete from refresh_tokens where not exists (select 1 from sign_ins s \
         where s.person_id = refresh_tokens.person_id and s.ended_at is null and s.expires_at > $1)",
    )
    .bind(now);
    pools.execute(delete).await.map(|_| ())
}

/// Owners of live keys with a token, by id.
pub(crate) async fn list_owners(
    pools: &Pools,
    now: Timestamp,
    after: Option<PersonId>,
    limit: u32,
) -> Result<Vec<Owner>, StoreError> {
    let mut owners = query(
        "select p.id as person_id, p.issuer, p.subject, p.name as person_name, p.email, p.email_verified, p.groups, \
         p.first_seen_at, p.last_seen_at, p.disabled_at, p.gone_at, p.confirmed_at, r.sealed, r.given_at, r.doubtful_at \
         from refresh_tokens r join people p on p.id = r.person_id \
         where p.disabled_at is null and p.gone_at is null and exists (select 1 from sign_ins s \
         where s.person_id = p.id and s.kind <> 'browser' and s.ended_at is null",
    )
    .part(" and s.expires_at > ", now)
    .sql(")");
    if let Some(after) = after {
        owners = owners.part(" and p.id > ", after);
    }
    let rows = pools.rows(owners.sql(" order by p.id").limit(limit)).await?;
    rows.iter()
        .map(|row| {
            let person = rows::person(row)?;
            Ok(Owner {
                token: RefreshToken {
                    person_id: person.id,
                    sealed: row.get("sealed")?,
                    given_at: rows::time(row, "given_at")?,
                    doubtful_at: rows::maybe_time(row, "doubtful_at")?,
                },
                person,
            })
        })
        .collect()
}

/// Notes that the provider stood for a person, and the event, if there is one.
pub(crate) async fn confirm(
    pools: &Pools,
    id: PersonId,
    proven: Option<&ProvenPerson>,
    at: Timestamp,
    event: Option<&Event>,
) -> Result<(), StoreError> {
    let mut tx = pools.begin().await?;
    people::confirm(&mut tx, id, proven, at).await?;
    if let Some(event) = event {
        tx.note(event);
    }
    tx.commit().await
}

/// Notes that the provider no longer stands for the person of this token, and ends what stands for them in person.
pub(crate) async fn set_gone(
    pools: &Pools,
    token: &RefreshToken,
    asked_at: Timestamp,
    end: &End,
    event: &Event,
    tells: bool,
) -> Result<bool, StoreError> {
    let mut tx = pools.begin().await?;
    // The person's row first, as a sign-in locks it: whoever signs in at this moment is seen before or not gone after.
    let update = query("update people set gone_at = $1 where id = $2 and gone_at is null and last_seen_at <= $3")
        .bind(end.at)
        .bind(token.person_id)
        .bind(asked_at);
    if tx.execute(update).await? == 0 || tx.execute(this(token.person_id, &token.sealed)).await? == 0 {
        return Ok(false);
    }
    tx.note(event);
    let personal = query(rows::FOUND).part(" where s.person_id = ", token.person_id).part(
        " and s.kind in ('browser', 'workstation') and s.ended_at is null and s.expires_at > ",
        end.at,
    );
    let personal = sign_ins::lock(&mut tx, personal).await?;
    sign_ins::end_these(&mut tx, personal, end, event, tells).await?;
    tx.commit().await?;
    Ok(true)
}
