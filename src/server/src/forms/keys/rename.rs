use axum::{
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use flui_identity::Error;
use flui_web::{KeyActFields, Notice};

use super::act::refused;
use crate::{
    app::App,
    failure::Failure,
    request::{Form, RequestContext},
};

/// `POST /keys/{id}/rename`.
pub(crate) async fn rename(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
    uri: Uri,
    Form(typed): Form<KeyActFields>,
) -> Result<Response, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    let renamed = app
        .identity
        .rename_key(&context.caller, id, &typed.name, &context.client)
        .await;
    match renamed {
        Ok(()) => Ok(Redirect::to(&format!("/keys/{id}?notice={}", Notice::KeyRenamed.word())).into_response()),
        Err(error) => refused(&app, &context, &uri, typed, error).await,
    }
}
