use axum::{
    extract::{Path, State},
    response::Redirect,
};
use flui_identity::Error;
use flui_web::Notice;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /people/{id}/enable`.
pub(crate) async fn enable(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
) -> Result<Redirect, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("person"))?;
    app.identity.enable_person(&context.caller, id, &context.client).await?;
    Ok(Redirect::to(&format!(
        "/people/{id}?notice={}",
        Notice::PersonEnabled.word()
    )))
}
