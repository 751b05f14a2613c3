//! Codes on their way to apps, and the sessions that they buy there.

use flui_identity::{
    SecretHash, StoreError,
    apps::{AppCode, AppTarget, NewAppSession},
    audit::Event,
};
use flui_model::{SignInId, Timestamp};

use crate::{database::Pools, query::query, rows};

/// Keeps a code.
pub(crate) async fn insert_code(pools: &Pools, code: &AppCode) -> Result<(), StoreError> {
    let insert = query(
        "insert into app_codes (code_hash, challenge, host, return_to, sign_in_id, expires_at) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(code.code_hash)
    .bind(code.target.challenge)
    .bind(code.target.host.as_str())
    .bind(code.target.return_to.as_str())
    .bind(code.sign_in)
    .bind(code.expires_at);
    pools.execute(insert).await.map(|_| ())
}

/// The code with this hash.
pub(crate) async fn find_code(pools: &Pools, code_hash: &SecretHash) -> Result<Option<AppCode>, StoreError> {
    let code = query("select code_hash, challenge, host, return_to, sign_in_id, expires_at from app_codes")
        .part(" where code_hash = ", *code_hash);
    let Some(row) = pools.row(code).await? else {
        return Ok(None);
    };
    Ok(Some(AppCode {
        code_hash: rows::hash(&row, "code_hash")?,
        target: AppTarget {
            host: row.get("host")?,
            challenge: rows::hash(&row, "challenge")?,
            return_to: row.get("return_to")?,
        },
        sign_in: SignInId::from_uuid(rows::uuid(&row, "sign_in_id")?),
        expires_at: rows::time(&row, "expires_at")?,
    }))
}

/// Spends a code and writes its session and the event. `false`, and nothing written: somebody else has spent it.
pub(crate) async fn begin_session(
    pools: &Pools,
    code_hash: &SecretHash,
    session: &NewAppSession,
    event: &Event,
) -> Result<bool, StoreError> {
    let mut tx = pools.begin().await?;
    let spend = query("delete from app_codes").part(" where code_hash = ", *code_hash);
    if tx.execute(spend).await? == 0 {
        return Ok(false);
    }
    let upsert = query(
        "insert into app_sessions (sign_in_id, host, secret_hash, created_at) values ($1, $2, $3, $4) \
         on conflict (sign_in_id, host) do update set secret_hash = excluded.secret_hash, \
         created_at = excluded.created_at",
    )
    .bind(session.sign_in)
    .bind(session.host.as_str())
    .bind(session.secret_hash)
    .bind(session.created_at);
    tx.execute(upsert).await?;
    tx.note(event);
    tx.commit().await?;
    Ok(true)
}

/// The secret of the browser sign-in that the session hangs on.
pub(crate) async fn find_session(
    pools: &Pools,
    secret_hash: &SecretHash,
    host: &str,
) -> Result<Option<SecretHash>, StoreError> {
    let session = query(
        "select s.secret_hash from app_sessions a join sign_ins s on s.id = a.sign_in_id where a.secret_hash = $1",
    )
    .bind(*secret_hash)
    .part(" and a.host = ", host);
    let row = pools.row(session).await?;
    row.as_ref().map(|row| rows::hash(row, "secret_hash")).transpose()
}

/// Removes a batch of what is over, so that no other writer waits for long.
const SWEEP: [&str; 2] = [
    "delete from app_codes where code_hash in (select code_hash from app_codes where expires_at <= $1 limit $2)",
    "delete from app_sessions where (sign_in_id, host) in \
     (select a.sign_in_id, a.host from app_sessions a join sign_ins s on s.id = a.sign_in_id \
     where s.ended_at is not null or s.expires_at <= $1 limit $2)",
];

/// Rows in a batch of the sweep.
const SWEEP_BATCH: u32 = 1_000;

/// Removes codes whose time has passed, and the sessions of sign-ins that are over.
pub(crate) async fn sweep(pools: &Pools, now: Timestamp) -> Result<(), StoreError> {
    for text in SWEEP {
        while pools.execute(query(text).bind(now).bind(SWEEP_BATCH)).await? >= u64::from(SWEEP_BATCH) {}
    }
    Ok(())
}
