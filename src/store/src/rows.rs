//! Columns to and from the types of the rules.

use std::str::FromStr;

use flui_identity::{
    Client, SecretHash, StoreError,
    people::Person,
    sign_ins::{End, EndReason, Found, Grant, LastUse, Overlap, Pause, Proof, SignIn},
};
use flui_model::{PersonId, SignInId, Timestamp, api_keys::Machine};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::database::Row;

/// Selects people; [`person`] reads what it finds. To be followed by a condition.
pub(crate) const PERSON: &str = "\
    select p.id as person_id, p.issuer, p.subject, p.name as person_name, p.email, p.email_verified, p.groups, \
    p.first_seen_at, p.last_seen_at, p.disabled_at, p.gone_at, p.confirmed_at \
    from people p";

/// Selects sign-ins with their people; [`found`] reads what it finds. To be followed by a join or a condition.
pub(crate) const FOUND: &str = "\
    select s.id, s.kind, s.name, s.secret_hash, s.prefix, s.last_four, s.scopes, s.contexts, s.auth_time, s.amr, \
    s.acr, s.provider_sid, s.address, s.user_agent, s.request_id, s.machine_name, s.machine_os, s.made_by, \
    s.created_at, s.last_used_at, s.last_used_address, s.expires_at, s.ended_at, s.ended_by, s.end_reason, \
    s.networks, s.rotated_at, s.previous_hash, s.previous_until, s.previous_used_at, s.previous_used_address, \
    s.paused_at, s.paused_by, \
    p.id as person_id, p.issuer, p.subject, p.name as person_name, p.email, p.email_verified, p.groups, \
    p.first_seen_at, p.last_seen_at, p.disabled_at, p.gone_at, p.confirmed_at \
    from sign_ins s join people p on p.id = s.person_id";

/// A person out of a row of [`PERSON`] or [`FOUND`].
pub(crate) fn person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: PersonId::from_uuid(uuid(row, "person_id")?),
        issuer: row.get("issuer")?,
        subject: row.get("subject")?,
        name: row.get("person_name")?,
        email: row.get("email")?,
        email_verified: row.get::<i64>("email_verified")? != 0,
        groups: read_json(&row.get::<String>("groups")?, "groups")?,
        first_seen_at: time(row, "first_seen_at")?,
        last_seen_at: time(row, "last_seen_at")?,
        disabled_at: maybe_time(row, "disabled_at")?,
        gone_at: maybe_time(row, "gone_at")?,
        confirmed_at: maybe_time(row, "confirmed_at")?,
    })
}

/// A sign-in and its person out of a row of [`FOUND`].
pub(crate) fn found(row: &Row) -> Result<Found, StoreError> {
    let person = person(row)?;
    let grant = match row.get::<Option<String>>("scopes")? {
        Some(scopes) => Grant::Scopes(read_json(&scopes, "scopes")?),
        None => Grant::Unscoped,
    };
    let sign_in = SignIn {
        id: SignInId::from_uuid(uuid(row, "id")?),
        person_id: person.id,
        kind: parse(row, "kind")?,
        name: row.get("name")?,
        secret_hash: hash(row, "secret_hash")?,
        prefix: row.get("prefix")?,
        last_four: row.get("last_four")?,
        grant,
        contexts: read_json(&row.get::<String>("contexts")?, "contexts")?,
        networks: read_json(&row.get::<String>("networks")?, "networks")?,
        proof: Proof {
            auth_time: maybe_time(row, "auth_time")?,
            amr: read_json(&row.get::<String>("amr")?, "amr")?,
            acr: row.get("acr")?,
            provider_sid: row.get("provider_sid")?,
        },
        client: Client {
            address: parse(row, "address")?,
            user_agent: row.get("user_agent")?,
            request_id: row.get("request_id")?,
        },
        machine: row
            .get::<Option<String>>("machine_name")?
            .zip(row.get::<Option<String>>("machine_os")?)
            .map(|(name, os)| Machine { name, os }),
        made_by: maybe_uuid(row, "made_by")?.map(SignInId::from_uuid),
        created_at: time(row, "created_at")?,
        last_used: last_use(row, "last_used_at", "last_used_address")?,
        expires_at: time(row, "expires_at")?,
        rotated_at: maybe_time(row, "rotated_at")?,
        overlap: overlap(row)?,
        paused: maybe_time(row, "paused_at")?
            .zip(maybe_uuid(row, "paused_by")?)
            .map(|(at, by)| Pause {
                at,
                by: PersonId::from_uuid(by),
            }),
        ended: end(row)?,
    };
    Ok(Found { sign_in, person })
}

fn last_use(row: &Row, at: &'static str, address: &'static str) -> Result<Option<LastUse>, StoreError> {
    let last = maybe_time(row, at)?.zip(row.get::<Option<String>>(address)?);
    Ok(last.map(|(at, address)| LastUse { at, address }))
}

fn overlap(row: &Row) -> Result<Option<Overlap>, StoreError> {
    if row.get::<Option<Vec<u8>>>("previous_hash")?.is_none() {
        return Ok(None);
    }
    Ok(Some(Overlap {
        secret_hash: hash(row, "previous_hash")?,
        until: time(row, "previous_until")?,
        last_used: last_use(row, "previous_used_at", "previous_used_address")?,
    }))
}

fn end(row: &Row) -> Result<Option<End>, StoreError> {
    let Some(at) = maybe_time(row, "ended_at")? else {
        return Ok(None);
    };
    let word = row.get::<Option<String>>("end_reason")?;
    let reason = word
        .as_deref()
        .and_then(EndReason::from_word)
        .ok_or_else(|| unreadable("end_reason"))?;
    let by = maybe_uuid(row, "ended_by")?.map(PersonId::from_uuid);
    Ok(Some(End { at, by, reason }))
}

/// A moment.
pub(crate) fn time(row: &Row, column: &'static str) -> Result<Timestamp, StoreError> {
    row.get(column).map(Timestamp::from_micros)
}

/// A moment that may be absent.
pub(crate) fn maybe_time(row: &Row, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.get::<Option<i64>>(column)?.map(Timestamp::from_micros))
}

/// An id.
pub(crate) fn uuid(row: &Row, column: &'static str) -> Result<Uuid, StoreError> {
    Uuid::from_slice(&row.get::<Vec<u8>>(column)?).map_err(|_| unreadable(column))
}

/// An id that may be absent.
pub(crate) fn maybe_uuid(row: &Row, column: &'static str) -> Result<Option<Uuid>, StoreError> {
    let bytes = row.get::<Option<Vec<u8>>>(column)?;
    bytes
        .map(|bytes| Uuid::from_slice(&bytes))
        .transpose()
        .map_err(|_| unreadable(column))
}

/// A hash.
pub(crate) fn hash(row: &Row, column: &'static str) -> Result<SecretHash, StoreError> {
    let bytes = row.get::<Vec<u8>>(column)?;
    bytes
        .try_into()
        .map(SecretHash::from_bytes)
        .map_err(|_| unreadable(column))
}

/// A word that the rules know.
pub(crate) fn parse<T: FromStr>(row: &Row, column: &'static str) -> Result<T, StoreError> {
    row.get::<String>(column)?.parse().map_err(|_| unreadable(column))
}

/// A list out of its text.
pub(crate) fn read_json<T: DeserializeOwned>(text: &str, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| unreadable(column))
}

/// A list as text.
pub(crate) fn json(list: &impl Serialize) -> String {
    serde_json::to_string(list).expect("lists of text are always JSON")
}

/// Says which column nobody can read, and not what stands in it.
pub(crate) fn unreadable(column: &'static str) -> StoreError {
    StoreError::Corrupt(format!("column {column}"))
}
