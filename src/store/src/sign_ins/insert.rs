use std::cmp::Reverse;

use flui_identity::{
    StoreError,
    audit::Event,
    sign_ins::{End, EndReason, Found, Grant, NewSignIn, SignIn, SpentBearer},
};
use flui_model::{Kind, SignInId};

use super::{
    end::{end_these, lock},
    retry, unused,
};
use crate::{
    database::{Pools, Tx},
    logins, people,
    query::query,
    rows,
};

/// Writes a sign-in, its person as just seen, its spent bearer, its event, and the ends of those it pushes out, in one
/// transaction. A request that came before gets a new secret for the key of the first time instead.
pub(crate) async fn insert(pools: &Pools, new: &NewSignIn, event: &Event, tells: bool) -> Result<Found, StoreError> {
    let mut tx = pools.begin().await?;
    // Before the bearer: one that bought a key is good for the same request.
    if let Some(request) = &new.request
        && let Some(first) = retry::remember(&mut tx, request, new.sign_in.id, new.sign_in.created_at).await?
    {
        let found = retry::answer_again(&mut tx, first, new, event).await?;
        tx.commit().await?;
        return Ok(found);
    }
    if let Some(bearer) = &new.spent_bearer {
        spend(&mut tx, bearer).await?;
    }
    let mut sign_in = new.sign_in.clone();
    let mut event = event.clone();
    let person = match &new.seen {
        Some(proven) => {
            let person = people::see(&mut tx, proven, sign_in.person_id, sign_in.created_at).await?;
            sign_in.person_id = person.id;
            event.actor = Some(person.id);
            event.owner = Some(person.id);
            person
        }
        None => people::get(&mut tx, sign_in.person_id).await?,
    };
    if sign_in.kind == Kind::Browser
        && let Some(sid) = &sign_in.proof.provider_sid
        && logins::is_signed_out(&mut tx, &person.issuer, &person.subject, sid).await?
    {
        return Err(StoreError::SignedOutMeanwhile);
    }
    if let Some(maker) = sign_in.made_by {
        check_maker(&mut tx, maker).await?;
    }
    write(&mut tx, &sign_in).await?;
    tx.note(&event);
    if let Some(until) = new.unused_until {
        unused::expect_use(&mut tx, sign_in.id, until).await?;
    }
    if let Some(keep_at_most) = new.keep_at_most {
        push_out(&mut tx, &sign_in, keep_at_most, &event, tells).await?;
    }
    tx.commit().await?;
    Ok(Found { sign_in, person })
}

/// Remembers the bearer, or refuses it. Of several transactions with the same one the first to commit has it.
async fn spend(tx: &mut Tx, bearer: &SpentBearer) -> Result<(), StoreError> {
    let insert = query("insert into spent_bearers (hash, expires_at) values ($1, $2) on conflict do nothing")
        .bind(bearer.hash)
        .bind(bearer.expires_at);
    if tx.execute(insert).await? == 0 {
        return Err(StoreError::BearerSpent);
    }
    Ok(())
}

/// Refuses a key whose maker has ended, and holds the maker until the transaction ends: whoever reports a machine lost
/// gets the keys of a request that was under way meanwhile too, or that request gets none.
async fn check_maker(tx: &mut Tx, maker: SignInId) -> Result<(), StoreError> {
    let mut live = query("select id from sign_ins where ended_at is null").part(" and id = ", maker);
    if tx.has_rivals() {
        live = live.sql(" for share");
    }
    tx.row(live).await?.map(|_| ()).ok_or(StoreError::MakerEnded)
}

async fn write(tx: &mut Tx, sign_in: &SignIn) -> Result<(), StoreError> {
    let scopes = match &sign_in.grant {
        Grant::Unscoped => None,
        Grant::Scopes(scopes) => Some(rows::json(scopes)),
    };
    let machine = sign_in.machine.as_ref();
    let last_used = sign_in.last_used.as_ref();
    let ended = sign_in.ended.as_ref();
    let insert = query(
        "insert into sign_ins (id, person_id, kind, name, name_folded, secret_hash, prefix, last_four, scopes, \
         contexts, auth_time, amr, acr, provider_sid, address, user_agent, request_id, machine_name, machine_os, \
         made_by, created_at, last_used_at, last_used_address, expires_at, ended_at, ended_by, end_reason, networks) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
         $22, $23, $24, $25, $26, $27, $28)",
    )
    .bind(sign_in.id)
    .bind(sign_in.person_id)
    .bind(sign_in.kind.as_str())
    .bind(sign_in.name.as_str())
    .bind(sign_in.name.to_lowercase())
    .bind(sign_in.secret_hash)
    .bind(sign_in.prefix.as_str())
    .bind(sign_in.last_four.as_str())
    .bind(scopes)
    .bind(rows::json(&sign_in.contexts))
    .bind(sign_in.proof.auth_time)
    .bind(rows::json(&sign_in.proof.amr))
    .bind(sign_in.proof.acr.as_deref())
    .bind(sign_in.proof.provider_sid.as_deref())
    .bind(sign_in.client.address.to_string())
    .bind(sign_in.client.user_agent.as_str())
    .bind(sign_in.client.request_id.as_str())
    .bind(machine.map(|machine| machine.name.as_str()))
    .bind(machine.map(|machine| machine.os.as_str()))
    .bind(sign_in.made_by)
    .bind(sign_in.created_at)
    .bind(last_used.map(|used| used.at))
    .bind(last_used.map(|used| used.address.as_str()))
    .bind(sign_in.expires_at)
    .bind(ended.map(|end| end.at))
    .bind(ended.and_then(|end| end.by))
    .bind(ended.map(|end| end.reason.as_str()))
    .bind(rows::json(&sign_in.networks));
    tx.execute(insert).await.map(|_| ())
}

/// Ends the person's oldest live sign-ins of this kind beyond `keep_at_most`, the new one counted. The person's row is
/// locked by [`people::see`], so that two new ones cannot both believe that there is room.
async fn push_out(tx: &mut Tx, new: &SignIn, keep_at_most: u32, event: &Event, tells: bool) -> Result<(), StoreError> {
    let others = query(rows::FOUND)
        .part(" where s.person_id = ", new.person_id)
        .part(" and s.kind = ", new.kind.as_str())
        .part(" and s.ended_at is null and s.expires_at > ", new.created_at)
        .part(" and s.id <> ", new.id);
    let mut others = lock(tx, others).await?;
    others.sort_by_key(|other| Reverse((other.sign_in.created_at, other.sign_in.id)));
    let keep = (keep_at_most as usize).saturating_sub(1).min(others.len());
    let end = End {
        at: new.created_at,
        by: Some(new.person_id),
        reason: EndReason::Replaced,
    };
    end_these(tx, others.split_off(keep), &end, event, tells)
        .await
        .map(|_| ())
}
