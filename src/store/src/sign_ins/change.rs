use flui_identity::{
    SecretHash, StoreError,
    audit::Event,
    sign_ins::{Found, KeyChange, NewOwner, NewSecret, Overlap, SignIn},
};
use flui_model::{SignInId, Timestamp};

use crate::{
    database::{Pools, Tx},
    query::query,
    refresh_tokens, rows,
};

/// Changes a sign-in that is live at the event's time, and writes the event, in one transaction.
pub(crate) async fn change(
    pools: &Pools,
    id: SignInId,
    change: &KeyChange,
    event: &Event,
) -> Result<Option<Found>, StoreError> {
    let mut tx = pools.begin().await?;
    let mut select = query(rows::FOUND)
        .part(" where s.id = ", id)
        .part(" and s.ended_at is null and s.expires_at > ", event.at);
    if tx.has_rivals() {
        select = select.sql(" for update of s");
    }
    let Some(row) = tx.row(select).await? else {
        return Ok(None);
    };
    let sign_in = rows::found(&row)?.sign_in;
    match change {
        KeyChange::Name(name) => {
            let update = query("update sign_ins set name = $1, name_folded = $2 where id = $3")
                .bind(name.as_str())
                .bind(name.to_lowercase())
                .bind(id);
            tx.execute(update).await?;
        }
        KeyChange::ExpiresAt(at) => {
            // A clock that ran ahead may have had it noted as over.
            let update = query("update sign_ins set expires_at = $1, expiry_noted = 0 where id = $2")
                .bind(*at)
                .bind(id);
            tx.execute(update).await?;
        }
        KeyChange::Networks(networks) => {
            let update = query("update sign_ins set networks = $1 where id = $2")
                .bind(rows::json(networks))
                .bind(id);
            tx.execute(update).await?;
        }
        KeyChange::Secret(new) => rotate(&mut tx, &sign_in, new, event.at).await?,
    }
    tx.note(event);
    let row = tx.row(query(rows::FOUND).part(" where s.id = ", id)).await?;
    tx.commit().await?;
    row.as_ref().map(rows::found).transpose()
}

pub(super) async fn rotate(tx: &mut Tx, sign_in: &SignIn, new: &NewSecret, now: Timestamp) -> Result<(), StoreError> {
    let replaced = query("insert into replaced_secrets (hash, sign_in_id, replaced_at) values ($1, $2, $3)")
        .bind(sign_in.secret_hash)
        .bind(sign_in.id)
        .bind(now);
    tx.execute(replaced).await?;
    // An overlap that still runs means that nobody has used the current secret: the one in use stays.
    let old = new.old_until.map(|until| match sign_in.live_overlap(now) {
        Some(overlap) => Overlap {
            until,
            ..overlap.clone()
        },
        None => Overlap {
            secret_hash: sign_in.secret_hash,
            until,
            last_used: None,
        },
    });
    let last_used = old.as_ref().and_then(|old| old.last_used.as_ref());
    let update = query(
        "update sign_ins set secret_hash = $1, prefix = $2, last_four = $3, rotated_at = $4, previous_hash = $5, \
         previous_until = $6, previous_used_at = $7, previous_used_address = $8 where id = $9",
    )
    .bind(new.secret_hash)
    .bind(new.prefix.as_str())
    .bind(new.last_four.as_str())
    .bind(now)
    .bind(old.as_ref().map(|old| old.secret_hash))
    .bind(old.as_ref().map(|old| old.until))
    .bind(last_used.map(|last| last.at))
    .bind(last_used.map(|last| last.address.as_str()))
    .bind(sign_in.id);
    tx.execute(update).await.map(|_| ())
}

/// Gives a key that is live at the events' time and still its old owner's to another person, with a new secret.
pub(crate) async fn transfer(
    pools: &Pools,
    id: SignInId,
    new: &NewOwner,
    events: &[Event],
) -> Result<Option<Found>, StoreError> {
    let Some(now) = events.first().map(|event| event.at) else {
        return Ok(None);
    };
    let mut tx = pools.begin().await?;
    let mut select = query(rows::FOUND)
        .part(" where s.id = ", id)
        .part(" and s.person_id = ", new.from)
        .part(" and s.ended_at is null and s.expires_at > ", now);
    if tx.has_rivals() {
        select = select.sql(" for update of s");
    }
    let Some(row) = tx.row(select).await? else {
        return Ok(None);
    };
    let sign_in = rows::found(&row)?.sign_in;
    rotate(&mut tx, &sign_in, &new.secret, now).await?;
    let update = query("update sign_ins set person_id = $1, auth_time = $2, amr = $3, acr = $4 where id = $5")
        .bind(new.to)
        .bind(new.proof.auth_time)
        .bind(rows::json(&new.proof.amr))
        .bind(new.proof.acr.as_deref())
        .bind(id);
    tx.execute(update).await?;
    for event in events {
        tx.note(event);
    }
    // Perhaps it was the last that its old owner held.
    refresh_tokens::delete_after(&mut tx, &[sign_in], now).await?;
    let row = tx.row(query(rows::FOUND).part(" where s.id = ", id)).await?;
    tx.commit().await?;
    row.as_ref().map(rows::found).transpose()
}

/// Ends the old secret of a sign-in whose current one is this, and writes the event. `false`: it has none any more.
pub(crate) async fn end_old_secret(
    pools: &Pools,
    id: SignInId,
    current: &SecretHash,
    event: &Event,
) -> Result<bool, StoreError> {
    let mut tx = pools.begin().await?;
    let update = query(
        "update sign_ins set previous_hash = null, previous_until = null, previous_used_at = null, \
         previous_used_address = null where id = $1 and secret_hash = $2 and previous_hash is not null",
    )
    .bind(id)
    .bind(*current);
    if tx.execute(update).await? == 0 {
        return Ok(false);
    }
    tx.note(event);
    tx.commit().await?;
    Ok(true)
}
