//! Device logins, and the wrong codes that were typed.

use std::time::Duration;

use flui_identity::{
    Client, SecretHash, StoreError,
    audit::Event,
    device_logins::{Decision, DeviceLogin, Looked, Polled},
};
use flui_model::{DeviceLoginId, PersonId, SignInId, Timestamp, api_keys::Machine};

use crate::{
    database::{Pools, Row, Tx},
    query::query,
    rows,
};

const LOGIN: &str = "\
    select id, device_code, user_code, challenge, key_name, machine_name, machine_os, address, user_agent, \
    request_id, created_at, expires_at, interval_seconds, next_poll_at, approved, decided_by, decided_with, \
    decided_at from device_logins";

/// What asking too soon adds to the interval, in seconds (RFC 8628, section 3.5).
const SLOW_DOWN: u32 = 5;

/// Clocks and networks are no metronomes: so much sooner is not too soon.
const GRACE: Duration = Duration::from_secs(1);

/// Keeps a device login.
pub(crate) async fn insert(pools: &Pools, login: &DeviceLogin) -> Result<(), StoreError> {
    let insert = query(
        "insert into device_logins (id, device_code, user_code, challenge, key_name, machine_name, machine_os, \
         address, user_agent, request_id, created_at, expires_at, interval_seconds, next_poll_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $11)",
    )
    .bind(login.id)
    .bind(login.device_code)
    .bind(login.user_code)
    .bind(login.challenge)
    .bind(login.key_name.as_str())
    .bind(login.machine.name.as_str())
    .bind(login.machine.os.as_str())
    .bind(login.client.address.to_string())
    .bind(login.client.user_agent.as_str())
    .bind(login.client.request_id.as_str())
    .bind(login.created_at)
    .bind(login.expires_at)
    .bind(u32::try_from(DeviceLogin::INTERVAL.as_secs()).unwrap_or(SLOW_DOWN));
    pools.execute(insert).await.map(|_| ())
}

/// Looks for the one that waits with this user code, unless the sign-in has guessed too often.
pub(crate) async fn look_up(
    pools: &Pools,
    user_code: &SecretHash,
    (person, sign_in): (PersonId, SignInId),
    now: Timestamp,
    since: Timestamp,
    most_tries: u32,
) -> Result<Looked, StoreError> {
    let mut tx = pools.begin().await?;
    if tx.has_rivals() {
        // One try after the other: guesses sent at the same time must not count as one.
        let lock = query("select id from sign_ins where id = $1 for update").bind(sign_in);
        tx.rows(lock).await?;
    }
    let tries = query("select count(*) as tries from device_tries")
        .part(" where sign_in = ", sign_in)
        .part(" and at > ", since);
    let tries = tx.row(tries).await?.map_or(Ok(0), |row| row.get::<i64>("tries"))?;
    if tries >= i64::from(most_tries) {
        return Ok(Looked::TooManyTries);
    }
    let waiting = query(LOGIN)
        .part(" where user_code = ", *user_code)
        .part(" and decided_at is null and expires_at > ", now);
    let found = tx.row(waiting).await?.as_ref().map(login).transpose()?;
    let looked = if let Some(login) = found {
        let note = query("update device_logins set looked_up_by = $1 where id = $2")
            .bind(person)
            .bind(login.id);
        tx.execute(note).await?;
        Looked::Found(Box::new(login))
    } else {
        let count = query("insert into device_tries (sign_in, at) values ($1, $2)")
            .bind(sign_in)
            .bind(now);
        tx.execute(count).await?;
        Looked::Unknown
    };
    tx.commit().await?;
    Ok(looked)
}

/// The one with this id that waits for this person.
pub(crate) async fn find(
    pools: &Pools,
    id: DeviceLoginId,
    by: PersonId,
    now: Timestamp,
) -> Result<Option<DeviceLogin>, StoreError> {
    let waiting = query(LOGIN)
        .part(" where id = ", id)
        .part(" and looked_up_by = ", by)
        .part(" and decided_at is null and expires_at > ", now);
    pools.row(waiting).await?.as_ref().map(login).transpose()
}

/// Decides the one that [`find`] finds. Of several decisions the first stands.
pub(crate) async fn decide(
    pools: &Pools,
    id: DeviceLoginId,
    decision: &Decision,
    event: &Event,
) -> Result<bool, StoreError> {
    let mut tx = pools.begin().await?;
    let update = query(
        "update device_logins set approved = $1, decided_by = $2, decided_with = $3, decided_at = $4 \
         where id = $5 and looked_up_by = $2 and decided_at is null and expires_at > $4",
    )
    .bind(decision.approved)
    .bind(decision.by)
    .bind(decision.with)
    .bind(decision.at)
    .bind(id);
    if tx.execute(update).await? == 0 {
        return Ok(false);
    }
    tx.note(event);
    tx.commit().await?;
    Ok(true)
}

/// The one with this device code and proof key, and whether it asks too soon.
pub(crate) async fn poll(
    pools: &Pools,
    device_code: &SecretHash,
    verifier: &SecretHash,
    now: Timestamp,
) -> Result<Option<Polled>, StoreError> {
    let mut tx = pools.begin().await?;
    let mut known = query(LOGIN)
        .part(" where device_code = ", *device_code)
        .part(" and challenge = ", *verifier);
    if tx.has_rivals() {
        known = known.sql(" for update");
    }
    let Some(row) = tx.row(known).await? else {
        return Ok(None);
    };
    let login = login(&row)?;
    let too_soon = login.decision.is_none() && now < rows::time(&row, "next_poll_at")?;
    if login.decision.is_none() {
        wait(&mut tx, &row, login.id, too_soon, now).await?;
    }
    tx.commit().await?;
    Ok(Some(Polled { login, too_soon }))
}

/// Notes when the next question may come.
async fn wait(tx: &mut Tx, row: &Row, id: DeviceLoginId, too_soon: bool, now: Timestamp) -> Result<(), StoreError> {
    let interval =
        u32::try_from(row.get::<i64>("interval_seconds")?).map_err(|_| rows::unreadable("interval_seconds"))?;
    let interval = if too_soon {
        interval.saturating_add(SLOW_DOWN)
    } else {
        interval
    };
    let next = now + Duration::from_secs(interval.into()) - GRACE;
    let update = query("update device_logins set interval_seconds = $1, next_poll_at = $2 where id = $3")
        .bind(interval)
        .bind(next)
        .bind(id);
    tx.execute(update).await.map(|_| ())
}

fn login(row: &Row) -> Result<DeviceLogin, StoreError> {
    let address = row.get::<String>("address")?;
    Ok(DeviceLogin {
        id: DeviceLoginId::from_uuid(rows::uuid(row, "id")?),
        device_code: rows::hash(row, "device_code")?,
        user_code: rows::hash(row, "user_code")?,
        challenge: rows::hash(row, "challenge")?,
        key_name: row.get("key_name")?,
        machine: Machine {
            name: row.get("machine_name")?,
            os: row.get("machine_os")?,
        },
        client: Client {
            address: address.parse().map_err(|_| rows::unreadable("address"))?,
            user_agent: row.get("user_agent")?,
            request_id: row.get("request_id")?,
        },
        created_at: rows::time(row, "created_at")?,
        expires_at: rows::time(row, "expires_at")?,
        decision: decision(row)?,
    })
}

fn decision(row: &Row) -> Result<Option<Decision>, StoreError> {
    let Some(at) = rows::maybe_time(row, "decided_at")? else {
        return Ok(None);
    };
    let missing = || rows::unreadable("decided_by");
    Ok(Some(Decision {
        approved: row.get::<Option<i64>>("approved")? == Some(1),
        by: rows::maybe_uuid(row, "decided_by")?
            .map(PersonId::from_uuid)
            .ok_or_else(missing)?,
        with: rows::maybe_uuid(row, "decided_with")?
            .map(SignInId::from_uuid)
            .ok_or_else(missing)?,
        at,
    }))
}
