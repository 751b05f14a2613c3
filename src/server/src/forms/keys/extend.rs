use axum::{
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use flui_identity::Error;
use flui_web::{KeyActFields, Notice};

use super::act::{end_of_day, refused};
use crate::{
    app::App,
    failure::Failure,
    request::{Form, RequestContext},
};

/// `POST /keys/{id}/extend`.
pub(crate) async fn extend(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
    uri: Uri,
    Form(typed): Form<KeyActFields>,
) -> Result<Response, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    let extended = match end_of_day("expires", &typed.expires) {
        Ok(until) => {
            app.identity
                .extend_key(&context.caller, id, until, &context.client)
                .await
        }
        Err(fault) => Err(Error::Invalid(vec![fault])),
    };
    match extended {
        Ok(()) => Ok(Redirect::to(&format!("/keys/{id}?notice={}", Notice::KeyExtended.word())).into_response()),
        Err(error) => refused(&app, &context, &uri, typed, error).await,
    }
}
