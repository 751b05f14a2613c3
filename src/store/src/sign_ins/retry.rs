use flui_identity::{
    StoreError,
    audit::Event,
    sign_ins::{Found, NamedRequest, NewSecret, NewSignIn},
};
use flui_model::{SignInId, Timestamp};

use super::{change::rotate, unused};
use crate::{database::Tx, query::query, rows};

/// What is remembered of a request that came before.
pub(super) struct First {
    is_same: bool,
    sign_in: SignInId,
}

/// Remembers a request and the key that it makes, or answers with what it made when it came first. Of several
/// transactions with the same request all but the first to commit get its key.
pub(super) async fn remember(
    tx: &mut Tx,
    request: &NamedRequest,
    sign_in: SignInId,
    now: Timestamp,
) -> Result<Option<First>, StoreError> {
    let insert = query(
        "insert into named_requests (hash, content, sign_in_id, expires_at) values ($1, $2, $3, $4) \
         on conflict (hash) do update set content = excluded.content, sign_in_id = excluded.sign_in_id, \
         expires_at = excluded.expires_at where named_requests.expires_at <= $5",
    )
    .bind(request.hash)
    .bind(request.content)
    .bind(sign_in)
    .bind(request.expires_at)
    .bind(now);
    if tx.execute(insert).await? > 0 {
        return Ok(None);
    }
    let first = query("select content, sign_in_id from named_requests").part(" where hash = ", request.hash);
    let row = tx.row(first).await?.ok_or(StoreError::AlreadyAnswered)?;
    Ok(Some(First {
        is_same: rows::hash(&row, "content")? == request.content,
        sign_in: SignInId::from_uuid(rows::uuid(&row, "sign_in_id")?),
    }))
}

/// Gives the key that the request made when it came first the secret of `new`, in place of the one that was lost.
pub(super) async fn answer_again(
    tx: &mut Tx,
    first: First,
    new: &NewSignIn,
    event: &Event,
) -> Result<Found, StoreError> {
    if !first.is_same {
        return Err(StoreError::OtherRequest);
    }
    let mut unused = query(rows::FOUND).part(" where s.id = ", first.sign_in).part(
        " and s.last_used_at is null and s.ended_at is null and s.expires_at > ",
        event.at,
    );
    if tx.has_rivals() {
        unused = unused.sql(" for update of s");
    }
    let row = tx.row(unused).await?.ok_or(StoreError::AlreadyAnswered)?;
    let lost = rows::found(&row)?;
    if let Some(until) = new.unused_until
        && !unused::expect_use_anew(tx, first.sign_in, until).await?
    {
        return Err(StoreError::AlreadyAnswered);
    }
    let secret = NewSecret {
        secret_hash: new.sign_in.secret_hash,
        prefix: new.sign_in.prefix.clone(),
        last_four: new.sign_in.last_four.clone(),
        old_until: None,
    };
    rotate(tx, &lost.sign_in, &secret, event.at).await?;
    let mut event = event.clone().about_retry(&lost.sign_in);
    if new.spent_bearer.is_some() {
        // What a bearer buys stands for itself.
        event.actor = Some(lost.person.id);
        event.sign_in = Some(lost.sign_in.id);
    }
    tx.note(&event);
    let row = tx
        .row(query(rows::FOUND).part(" where s.id = ", first.sign_in))
        .await?
        .ok_or(StoreError::AlreadyAnswered)?;
    rows::found(&row)
}
