use std::sync::Arc;

use flui_identity::{
    StoreError,
    sign_ins::{Cursor, Filter, Found},
};
use flui_model::{SignInId, Timestamp, api_keys::KeyState};
use uuid::Uuid;

use crate::{
    database::Pools,
    live::Live,
    query::{Query, query},
    rows,
};

/// Sign-ins that pass the filter: the live ones first, then those that are over, each newest first.
///
/// Each part walks an index from the cursor on and stops at the limit, whatever the number of rows. First pages are kept in
/// memory, unless they are of a search.
pub(crate) async fn list(
    pools: &Pools,
    live: Option<&Live>,
    filter: &Filter,
    now: Timestamp,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Arc<Found>>, StoreError> {
    let wanted = Wanted {
        filter,
        now,
        cursor,
        limit,
    };
    let Some(live) = live else {
        return read(pools, wanted).await;
    };
    pools.known()?;
    // Not what is searched for: those words may be long, and whoever types has a new one for each page.
    let searches = filter.text.is_some() || filter.context.is_some();
    let keeps = cursor.is_none() && !searches && !filter.state.is_some_and(KeyState::is_over);
    if keeps && let Some(found) = live.look_list(filter, limit, now) {
        return Ok(found);
    }
    let mut epoch = live.epoch();
    let ids = ids(pools, wanted).await?;
    let found = if let Some(found) = live.look_all(&ids, epoch) {
        found
    } else {
        epoch = live.epoch();
        let found = read(pools, wanted).await?;
        for found in &found {
            live.add(epoch, found);
        }
        found
    };
    if keeps {
        live.keep_list(epoch, filter, limit, now, &found);
    }
    Ok(found)
}

/// What is to be listed.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    filter: &'a Filter,
    now: Timestamp,
    cursor: Option<Cursor>,
    limit: u32,
}

/// Reads the whole rows. Both parts come from one snapshot, so that a sign-in which ends meanwhile is not listed twice.
async fn read(pools: &Pools, wanted: Wanted<'_>) -> Result<Vec<Arc<Found>>, StoreError> {
    let mut tx = pools.snapshot().await?;
    let mut rows = Vec::new();
    if let Some(part) = wanted.live(rows::FOUND, tx.has_rivals()) {
        rows = tx.rows(part.limit(wanted.limit)).await?;
    }
    let missing = wanted.missing(rows.len());
    if missing > 0
        && let Some(part) = wanted.over(rows::FOUND, tx.has_rivals())
    {
        rows.extend(tx.rows(part.limit(missing)).await?);
    }
    tx.commit().await?;
    rows.iter().map(|row| rows::found(row).map(Arc::new)).collect()
}

/// Reads the ids alone from SQLite, which alone has an index in memory. Each part of them comes as one text: to hand rows
/// from its thread to another takes longer than to find them.
async fn ids(pools: &Pools, wanted: Wanted<'_>) -> Result<Vec<SignInId>, StoreError> {
    const IDS: &str = "select group_concat(hex(id), '' order by id desc) as ids from (select s.id from sign_ins s";
    let mut ids = Vec::new();
    if let Some(part) = wanted.live(IDS, false) {
        ids = read_ids(pools, part.limit(wanted.limit)).await?;
    }
    let missing = wanted.missing(ids.len());
    if missing > 0
        && let Some(part) = wanted.over(IDS, false)
    {
        // What ended between the two is in both, and is live here: what is known of it is older than its end.
        let mut over = read_ids(pools, part.limit(wanted.limit)).await?;
        over.retain(|id| !ids.contains(id));
        over.truncate(missing as usize);
        ids.extend(over);
    }
    Ok(ids)
}

async fn read_ids(pools: &Pools, part: Query) -> Result<Vec<SignInId>, StoreError> {
    let row = pools.row(part.sql(")")).await?;
    let text: Option<String> = row.map(|row| row.get("ids")).transpose()?.flatten();
    let text = text.unwrap_or_default();
    let digits = text.as_bytes().chunks(32);
    digits
        .map(|digits| Uuid::try_parse_ascii(digits).map(SignInId::from_uuid))
        .collect::<Result<_, _>>()
        .map_err(|_| rows::unreadable("id"))
}

impl Wanted<'_> {
    /// The query for what is live and wanted, if anything of it is.
    fn live(&self, what: &'static str, has_rivals: bool) -> Option<Query> {
        let state = self.filter.state;
        if state.is_some_and(KeyState::is_over) || self.cursor.is_some_and(|cursor| cursor.over) {
            return None;
        }
        let mut part = query(what).part(" where s.ended_at is null and s.expires_at > ", self.now);
        if state == Some(KeyState::Paused) {
            part = part.sql(" and s.paused_at is not null");
        }
        Some(self.page(part, self.cursor, has_rivals))
    }

    /// The query for what is over and wanted, if anything of it is.
    fn over(&self, what: &'static str, has_rivals: bool) -> Option<Query> {
        let part = match self.filter.state {
            Some(KeyState::Ended) => query(what).sql(" where s.ended_at is not null"),
            Some(KeyState::Expired) => query(what).part(" where s.ended_at is null and s.expires_at <= ", self.now),
            Some(KeyState::Live | KeyState::Paused) => return None,
            None => query(what)
                .part(" where (s.ended_at is not null or s.expires_at <= ", self.now)
                .sql(")"),
        };
        let cursor = self.cursor.filter(|cursor| cursor.over);
        Some(self.page(part, cursor, has_rivals))
    }

    /// What else the filter asks for, from the cursor on.
    fn page(&self, mut part: Query, cursor: Option<Cursor>, has_rivals: bool) -> Query {
        let filter = self.filter;
        if let Some(person) = filter.person {
            part = part.part(" and s.person_id = ", person);
        }
        if !filter.kinds.is_empty() {
            part = part
                .sql(" and s.kind in ")
                .list(filter.kinds.iter().map(|kind| kind.as_str()));
        }
        if let Some(text) = &filter.text {
            // Not `like`: its wildcards and its limit on length are no business of whoever searches.
            let position = if has_rivals { " and strpos" } else { " and instr" };
            part = part
                .sql(position)
                .part("(s.name_folded, ", text.to_lowercase())
                .sql(") > 0");
        }
        if let Some(context) = &filter.context {
            part = super::bound_to(part, has_rivals, context);
        }
        if let Some(cursor) = cursor {
            part = part.part(" and s.id < ", cursor.id);
        }
        part.sql(" order by s.id desc")
    }

    /// How many are wanted beside those that were found.
    fn missing(&self, found: usize) -> u32 {
        self.limit.saturating_sub(u32::try_from(found).unwrap_or(u32::MAX))
    }
}
