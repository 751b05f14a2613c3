use axum::{extract::State, response::Redirect};
use flui_web::Notice;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /sign-ins/end-others`: signs the caller out of every browser but this one.
pub(crate) async fn end_others(State(app): State<App>, context: RequestContext) -> Result<Redirect, Failure> {
    app.identity
        .end_other_sessions(&context.caller, &context.client)
        .await?;
    Ok(Redirect::to(&format!(
        "/sign-ins?notice={}",
        Notice::SessionsEnded.word()
    )))
}
