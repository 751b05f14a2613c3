use flui_identity::StoreError;
use flui_model::{SignInId, Timestamp};

use crate::{database::Tx, query::query};

/// Notes that a new key is to be used by this time.
pub(super) async fn expect_use(tx: &mut Tx, id: SignInId, until: Timestamp) -> Result<(), StoreError> {
    let insert = query("insert into unused_keys (sign_in_id, until) values ($1, $2)")
        .bind(id)
        .bind(until);
    tx.execute(insert).await.map(|_| ())
}

/// Gives a key that was not used yet until this time. `false`: it was used.
pub(super) async fn expect_use_anew(tx: &mut Tx, id: SignInId, until: Timestamp) -> Result<bool, StoreError> {
    let update = query("update unused_keys set until = $1 where sign_in_id = $2")
        .bind(until)
        .bind(id);
    Ok(tx.execute(update).await? > 0)
}

/// Notes that a key was used: it does not end for want of use any more.
pub(super) async fn note_first_use(tx: &mut Tx, id: SignInId) -> Result<(), StoreError> {
    let delete = query("delete from unused_keys where sign_in_id = $1").bind(id);
    tx.execute(delete).await.map(|_| ())
}
