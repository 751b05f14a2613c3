//! Login attempts, logout tokens, and the sweep of what time has made worthless.

use flui_identity::{
    SecretHash, StoreError,
    device_logins::DeviceLogin,
    logins::{LoginAttempt, LogoutToken},
};
use flui_model::Timestamp;

use crate::{
    database::{Pools, Row, Tx},
    query::query,
    rows,
};

/// PostgreSQL's name of the lock between sign-ins that begin and logout tokens that arrive: any number, used for this
/// alone.
const LOGOUT_LOCK: i64 = 0x666C_7569_6C6F;

/// Keeps a login attempt, and drops the oldest of the same browser beyond `keep_at_most`.
pub(crate) async fn insert_attempt(pools: &Pools, attempt: &LoginAttempt, keep_at_most: u32) -> Result<(), StoreError> {
    let mut tx = pools.begin().await?;
    let insert = query(
        "insert into login_attempts (state_hash, browser_hash, return_to, max_age, created_at, expires_at) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(attempt.state_hash)
    .bind(attempt.browser_hash)
    .bind(attempt.return_to.as_str())
    .bind(attempt.max_age)
    .bind(attempt.created_at)
    .bind(attempt.expires_at);
    tx.execute(insert).await?;
    // The new one stays whatever the clock says: it is kept beside the others' newest, not counted among them.
    let drop_oldest = query(
        "delete from login_attempts where browser_hash = $1 and state_hash <> $2 and state_hash not in \
         (select state_hash from login_attempts where browser_hash = $1 and state_hash <> $2 \
         order by created_at desc, state_hash limit $3)",
    )
    .bind(attempt.browser_hash)
    .bind(attempt.state_hash)
    .bind(keep_at_most.saturating_sub(1));
    tx.execute(drop_oldest).await?;
    tx.commit().await
}

/// Takes away the attempt with this state if it is this browser's. Of several callers one deletes the row.
pub(crate) async fn take_attempt(
    pools: &Pools,
    state_hash: &SecretHash,
    browser_hash: &SecretHash,
) -> Result<Option<LoginAttempt>, StoreError> {
    let mut tx = pools.begin().await?;
    let take = query(
        "delete from login_attempts where state_hash = $1 and browser_hash = $2 \
         returning state_hash, browser_hash, return_to, max_age, created_at, expires_at",
    )
    .bind(*state_hash)
    .bind(*browser_hash);
    let taken = tx.row(take).await?.as_ref().map(attempt).transpose()?;
    tx.commit().await?;
    Ok(taken)
}

fn attempt(row: &Row) -> Result<LoginAttempt, StoreError> {
    let max_age = row.get::<Option<i64>>("max_age")?;
    Ok(LoginAttempt {
        state_hash: rows::hash(row, "state_hash")?,
        browser_hash: rows::hash(row, "browser_hash")?,
        return_to: row.get("return_to")?,
        max_age: max_age
            .map(u32::try_from)
            .transpose()
            .map_err(|_| rows::unreadable("max_age"))?,
        created_at: rows::time(row, "created_at")?,
        expires_at: rows::time(row, "expires_at")?,
    })
}

/// Remembers a logout token. `false`: it was remembered before.
pub(crate) async fn remember_logout(pools: &Pools, token: &LogoutToken) -> Result<bool, StoreError> {
    let mut tx = pools.begin().await?;
    if tx.has_rivals() {
        // See `is_signed_out`.
        tx.execute(query("select pg_advisory_xact_lock($1)").bind(LOGOUT_LOCK))
            .await?;
    }
    let insert = query(
        "insert into logout_tokens (issuer, jti, subject, sid, expires_at) values ($1, $2, $3, $4, $5) \
         on conflict do nothing",
    )
    .bind(token.issuer.as_str())
    .bind(token.jti.as_str())
    .bind(token.subject.as_deref())
    .bind(token.sid.as_deref())
    .bind(token.expires_at);
    let is_new = tx.execute(insert).await? > 0;
    tx.commit().await?;
    Ok(is_new)
}

/// Whether a logout token ended this session of the provider already.
///
/// From here to the end of the transaction no such token is remembered on PostgreSQL: whoever brings one waits, and
/// then finds the sign-in that this transaction wrote. SQLite has one writer at a time, which comes to the same.
pub(crate) async fn is_signed_out(tx: &mut Tx, issuer: &str, subject: &str, sid: &str) -> Result<bool, StoreError> {
    if tx.has_rivals() {
        tx.execute(query("select pg_advisory_xact_lock_shared($1)").bind(LOGOUT_LOCK))
            .await?;
    }
    // A token that names somebody else's subject beside the session names no session at all (OpenID Connect
    // Back-Channel Logout 1.0, section 2.4).
    let tokens = query(
        "select jti from logout_tokens where issuer = $1 and sid = $2 and (subject is null or subject = $3) limit 1",
    )
    .bind(issuer)
    .bind(sid)
    .bind(subject);
    Ok(tx.row(tokens).await?.is_some())
}

/// Removes a batch of what expired, so that no other writer waits for long. Small batches keep that under 50 ms.
const SWEEP: [&str; 5] = [
    "delete from login_attempts where state_hash in \
     (select state_hash from login_attempts where expires_at <= $1 limit $2)",
    "delete from spent_bearers where hash in (select hash from spent_bearers where expires_at <= $1 limit $2)",
    "delete from logout_tokens where (issuer, jti) in \
     (select issuer, jti from logout_tokens where expires_at <= $1 limit $2)",
    "delete from named_requests where hash in (select hash from named_requests where expires_at <= $1 limit $2)",
    // The rules have ended by now what was not used.
    "delete from unused_keys where sign_in_id in (select sign_in_id from unused_keys where until <= $1 limit $2)",
];

/// The same for device logins and wrong codes.
const SWEEP_DEVICES: [&str; 2] = [
    "delete from device_logins where id in (select id from device_logins where expires_at <= $1 limit $2)",
    "delete from device_tries where (sign_in, at) in (select sign_in, at from device_tries where at <= $1 limit $2)",
];

/// What anybody may begin without an account: the oldest beyond [`MOST_BEGUN`] are dropped, so that whoever begins without
/// end fills no disk, and shortens the life of what others began only if they come by the thousand each second.
const DROP_OLDEST: [(&str, &str); 2] = [
    (
        "select count(*) as count from login_attempts",
        "delete from login_attempts where state_hash in \
         (select state_hash from login_attempts order by created_at limit $1)",
    ),
    (
        "select count(*) as count from device_logins",
        "delete from device_logins where id in (select id from device_logins order by created_at limit $1)",
    ),
];

/// Rows of each kind that stay after a sweep. A few hundred bytes each.
const MOST_BEGUN: u32 = 100_000;

/// Rows in a batch of the sweep.
const SWEEP_BATCH: u32 = 1_000;

/// Removes device logins, login attempts, spent bearers and logout tokens whose time has passed, and the oldest of what
/// anybody may begin beyond its bound.
pub(crate) async fn sweep(pools: &Pools, now: Timestamp) -> Result<(), StoreError> {
    // Late questions of a command line are told that the time is over; later ones that nobody knows them.
    let kept = now - DeviceLogin::KEPT_LONGER;
    for text in SWEEP_DEVICES {
        while pools.execute(query(text).bind(kept).bind(SWEEP_BATCH)).await? >= u64::from(SWEEP_BATCH) {}
    }
    for text in SWEEP {
        while pools.execute(query(text).bind(now).bind(SWEEP_BATCH)).await? >= u64::from(SWEEP_BATCH) {}
    }
    for (count, drop_oldest) in DROP_OLDEST {
        let count = pools
            .row(query(count))
            .await?
            .map_or(Ok(0), |row| row.get::<i64>("count"))?;
        let mut beyond = u32::try_from(count).unwrap_or(u32::MAX).saturating_sub(MOST_BEGUN);
        while beyond > 0 {
            let batch = beyond.min(SWEEP_BATCH);
            pools.execute(query(drop_oldest).bind(batch)).await?;
            beyond -= batch;
        }
    }
    Ok(())
}
