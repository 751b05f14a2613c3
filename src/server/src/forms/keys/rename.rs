use axum::response::Response;
use flui_web::Notice;

use super::act::KeyAct;
use crate::failure::Failure;

/// `POST /keys/{id}/rename`.
pub(crate) async fn rename(act: KeyAct) -> Result<Response, Failure> {
    let (caller, client) = (&act.context.caller, &act.context.client);
    let renamed = act.app.identity.rename_key(caller, act.id, &act.typed.name, client);
    let renamed = renamed.await.map(|()| Notice::KeyRenamed);
    act.answer(renamed).await
}
