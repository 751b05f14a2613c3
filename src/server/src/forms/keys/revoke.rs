use axum::{
    extract::{Path, State},
    response::Redirect,
};
use flui_identity::Error;
use flui_web::Notice;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /keys/{id}/revoke`.
pub(crate) async fn revoke(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
) -> Result<Redirect, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    app.identity.revoke_key(&context.caller, id, &context.client).await?;
    Ok(Redirect::to(&format!("/keys?notice={}", Notice::KeyRevoked.word())))
}
