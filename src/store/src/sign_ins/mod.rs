//! Sign-ins.

use flui_identity::{SecretHash, StoreError, sign_ins::Found};
use flui_model::SignInId;

use crate::{database::Pools, query::query, rows};

mod count_live;
mod end;
mod insert;
mod list;
mod session_data;
mod uses;

pub(crate) use count_live::count_live;
pub(crate) use end::end;
pub(crate) use insert::insert;
pub(crate) use list::list;
pub(crate) use session_data::{find as find_session_data, save as save_session_data};
pub(crate) use uses::record as record_uses;

/// The sign-in with this secret and its person, live or over.
pub(crate) async fn find_by_secret(pools: &Pools, hash: &SecretHash) -> Result<Option<Found>, StoreError> {
    let row = pools
        .row(query(rows::FOUND).part(" where s.secret_hash = ", *hash))
        .await?;
    row.as_ref().map(rows::found).transpose()
}

/// The sign-in with this id and its person.
pub(crate) async fn find(pools: &Pools, id: SignInId) -> Result<Option<Found>, StoreError> {
    let row = pools.row(query(rows::FOUND).part(" where s.id = ", id)).await?;
    row.as_ref().map(rows::found).transpose()
}
