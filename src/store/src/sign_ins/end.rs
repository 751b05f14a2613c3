use std::time::Duration;

use flui_identity::{
    SecretHash, StoreError,
    audit::Event,
    sign_ins::{End, Found, SignIn, Which},
};
use flui_model::{SignInId, Timestamp};

use super::unused;
use crate::{
    database::{Pools, Tx},
    query::{Query, query},
    refresh_tokens, rows, webhook_deliveries,
};

/// Acts on whole groups leave out what expired so long ago: it opens nothing, and its end would be news to nobody. What
/// expired just now is ended too, because the clocks of replicas may differ.
const CLOCK_ALLOWANCE: Duration = Duration::from_hours(1);

/// Ids in one statement: far below what either database takes.
const IDS_AT_ONCE: usize = 1_000;

/// Ends what `which` names and is not ended yet, with an event each, in one transaction. Answers what ended now.
pub(crate) async fn end(
    pools: &Pools,
    which: &Which,
    end: &End,
    event: &Event,
    tells: bool,
) -> Result<Vec<SignIn>, StoreError> {
    let mut tx = pools.begin().await?;
    let mut live = Vec::new();
    for query in select(which, end.at) {
        live.extend(lock(&mut tx, query).await?);
    }
    let ended = end_these(&mut tx, live, end, event, tells).await?;
    if let Which::ReplacedBy(newer) = which {
        unused::note_first_use(&mut tx, *newer).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// Ends what has this secret and is not ended yet, with its event and another one about where the secret was found.
pub(crate) async fn end_leaked(
    pools: &Pools,
    secret: &SecretHash,
    end: &End,
    event: &Event,
    find: &Event,
    tells: bool,
) -> Result<Vec<SignIn>, StoreError> {
    let mut tx = pools.begin().await?;
    let mut live = Vec::new();
    for query in select(&Which::Secret(*secret), end.at) {
        live.extend(lock(&mut tx, query).await?);
    }
    let ended = end_these(&mut tx, live, end, event, tells).await?;
    for sign_in in &ended {
        tx.note(&find.clone().about_find(sign_in));
    }
    tx.commit().await?;
    Ok(ended)
}

/// The queries that find what `which` names and is not ended, at `now`.
fn select(which: &Which, now: Timestamp) -> Vec<Query> {
    let recent = now - CLOCK_ALLOWANCE;
    match which {
        Which::Ids(ids) => {
            let mut ids: Vec<SignInId> = ids.clone();
            ids.sort_unstable();
            ids.chunks(IDS_AT_ONCE)
                .map(|ids| {
                    query(rows::FOUND)
                        .sql(" where s.ended_at is null and s.id in ")
                        .list(ids.iter().copied())
                })
                .collect()
        }
        Which::Secret(hash) => {
            // Whoever holds the old secret of a rotated key holds the key.
            vec![
                query(rows::FOUND)
                    .part(" where s.ended_at is null and (s.secret_hash = ", *hash)
                    .part(" or s.previous_hash = ", *hash)
                    .part(" and s.previous_until > ", now)
                    .sql(")"),
            ]
        }
        Which::OtherSessions { person, except } => vec![
            query(rows::FOUND)
                .part(" where s.person_id = ", *person)
                .part(
                    " and s.kind = 'browser' and s.ended_at is null and s.expires_at > ",
                    recent,
                )
                .part(" and s.id <> ", *except),
        ],
        Which::Person(person) => vec![
            query(rows::FOUND)
                .part(" where s.person_id = ", *person)
                .part(" and s.ended_at is null and s.expires_at > ", recent),
        ],
        Which::ReplacedBy(id) => vec![
            query(rows::FOUND)
                .sql(" join sign_ins newer on newer.person_id = s.person_id")
                .part(" where newer.id = ", *id)
                .sql(" and newer.kind = 'workstation' and s.kind = 'workstation' and s.id <> newer.id")
                .sql(" and s.machine_name = newer.machine_name and s.contexts = newer.contexts")
                .part(
                    " and s.created_at <= newer.created_at and s.ended_at is null and s.expires_at > ",
                    recent,
                ),
        ],
        Which::Unused { now, at_most } => vec![
            query(rows::FOUND)
                .sql(" where s.last_used_at is null and s.ended_at is null and s.id in (select u.sign_in_id")
                .part(
                    " from unused_keys u join sign_ins k on k.id = u.sign_in_id where u.until <= ",
                    *now,
                )
                .sql(" and k.last_used_at is null and k.ended_at is null")
                .limit(*at_most)
                .sql(")"),
        ],
        Which::ProviderSession { issuer, subject, sid } => {
            if subject.is_none() && sid.is_none() {
                return Vec::new();
            }
            let mut sessions = query(rows::FOUND).part(" where p.issuer = ", issuer.as_str()).part(
                " and s.kind = 'browser' and s.ended_at is null and s.expires_at > ",
                recent,
            );
            if let Some(subject) = subject {
                sessions = sessions.part(" and p.subject = ", subject.as_str());
            }
            if let Some(sid) = sid {
                sessions = sessions.part(" and s.provider_sid = ", sid.as_str());
            }
            vec![sessions]
        }
    }
}

/// Reads sign-ins that are to be ended, and holds them until the transaction ends. Always in the order of their ids, so
/// that two transactions never wait for each other.
pub(crate) async fn lock(tx: &mut Tx, select: Query) -> Result<Vec<Found>, StoreError> {
    let mut select = select.sql(" order by s.id");
    if tx.has_rivals() {
        select = select.sql(" for update of s");
    }
    let found = tx.rows(select).await?;
    found.iter().map(rows::found).collect()
}

/// Ends sign-ins that [`lock`] holds, with an event each, and for each key a message to the webhook if there is one.
pub(crate) async fn end_these(
    tx: &mut Tx,
    locked: Vec<Found>,
    end: &End,
    event: &Event,
    tells: bool,
) -> Result<Vec<SignIn>, StoreError> {
    let mut ended = Vec::with_capacity(locked.len());
    let mut by_whom = None;
    for mut found in locked {
        // What the session layer kept is of no more use to anybody.
        let update = query(
            "update sign_ins set ended_at = $1, ended_by = $2, end_reason = $3, session_data = null \
             where id = $4 and ended_at is null",
        )
        .bind(end.at)
        .bind(end.by)
        .bind(end.reason.as_str())
        .bind(found.sign_in.id);
        if tx.execute(update).await? == 0 {
            continue;
        }
        found.sign_in.ended = Some(end.clone());
        tx.note(&event.clone().about_end(&found.sign_in, end.reason));
        if tells {
            webhook_deliveries::tell_end(tx, &found, end, &mut by_whom).await?;
        }
        ended.push(found.sign_in);
    }
    refresh_tokens::delete_after(tx, &ended, end.at).await?;
    Ok(ended)
}
