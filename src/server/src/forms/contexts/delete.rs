use axum::{
    extract::{Path, State},
    response::Redirect,
};
use flui_web::Notice;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /contexts/{name}/delete`.
pub(crate) async fn delete(
    State(app): State<App>,
    context: RequestContext,
    Path(name): Path<String>,
) -> Result<Redirect, Failure> {
    app.identity
        .delete_context(&context.caller, &name, &context.client)
        .await?;
    Ok(Redirect::to(&format!(
        "/contexts?notice={}",
        Notice::ContextDeleted.word()
    )))
}
