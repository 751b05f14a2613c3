use axum::response::Response;
use flui_identity::Error;
use flui_web::Notice;

use super::act::{KeyAct, end_of_day};
use crate::failure::Failure;

/// `POST /keys/{id}/extend`.
pub(crate) async fn extend(act: KeyAct) -> Result<Response, Failure> {
    let (caller, client) = (&act.context.caller, &act.context.client);
    let extended = match end_of_day("expires", &act.typed.expires) {
        Ok(until) => act.app.identity.extend_key(caller, act.id, until, client).await,
        Err(fault) => Err(Error::Invalid(vec![fault])),
    };
    act.answer(extended.map(|()| Notice::KeyExtended)).await
}
