use axum::{
    extract::{Path, State},
    response::Redirect,
};
use flui_identity::Error;
use flui_web::Notice;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /sign-ins/{id}/end`: signs one of the caller's browsers out.
pub(crate) async fn end(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
) -> Result<Redirect, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("session"))?;
    app.identity.end_session(&context.caller, id, &context.client).await?;
    Ok(Redirect::to(&format!(
        "/sign-ins?notice={}",
        Notice::SessionsEnded.word()
    )))
}
