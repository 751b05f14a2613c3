//! Sign-ins.

use flui_identity::{SecretHash, StoreError, sign_ins::Found};
use flui_model::SignInId;

use crate::{
    database::Pools,
    query::{Query, query},
    rows,
};

mod change;
mod count_live;
mod end;
mod estate;
mod expiry;
mod insert;
mod key_uses;
mod list;
mod pause;
mod retry;
mod session_data;
mod unused;
mod uses;

pub(crate) use change::{change as change_key, end_old_secret, transfer};
pub(crate) use count_live::{count_live, count_needing_owner};
pub(crate) use end::{end, end_leaked, end_these, lock};
pub(crate) use estate::list as list_estate;
pub(crate) use expiry::{list as list_expired, note as note_expiries};
pub(crate) use insert::insert;
pub(crate) use key_uses::{find as find_key_uses, sweep as sweep_uses};
pub(crate) use list::list;
pub(crate) use pause::set as set_paused;
pub(crate) use session_data::{find as find_session_data, save as save_session_data};
pub(crate) use uses::record as record_uses;

/// Adds that the sign-in is bound to the context of exactly this name. A name is made of letters, digits, `-` and `_`, so
/// that it stands between quotes in the list as it is.
pub(crate) fn bound_to(query: Query, has_rivals: bool, context: &str) -> Query {
    let position = if has_rivals { " and strpos" } else { " and instr" };
    query
        .sql(" and s.contexts <> '[]'")
        .sql(position)
        .part("(s.contexts, ", format!("\"{context}\""))
        .sql(") > 0")
}

/// The sign-in that has or had this secret and its person, live or over.
pub(crate) async fn find_by_secret(pools: &Pools, hash: &SecretHash) -> Result<Option<Found>, StoreError> {
    let current = query(rows::FOUND).part(" where s.secret_hash = ", *hash);
    let mut row = pools.row(current).await?;
    if row.is_none() {
        let replaced = query(rows::FOUND)
            .part(
                " where s.id = (select sign_in_id from replaced_secrets where hash = ",
                *hash,
            )
            .sql(")");
        row = pools.row(replaced).await?;
    }
    row.as_ref().map(rows::found).transpose()
}

/// The sign-in with this id and its person.
pub(crate) async fn find(pools: &Pools, id: SignInId) -> Result<Option<Found>, StoreError> {
    let row = pools.row(query(rows::FOUND).part(" where s.id = ", id)).await?;
    row.as_ref().map(rows::found).transpose()
}
