use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};
use flui_identity::Error;
use flui_model::FieldError;
use flui_web::{FormAnswer, KeyActFields};

use super::act::refused;
use crate::{
    app::App,
    failure::Failure,
    pages,
    request::{Form, RequestContext},
    router::DoNotCompress,
};

/// `POST /keys/{id}/rotate`: the answer itself shows the new secret, once.
pub(crate) async fn rotate(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
    uri: Uri,
    Form(typed): Form<KeyActFields>,
) -> Result<Response, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    let rotated = match typed.overlap.parse().map(Duration::from_secs) {
        Ok(overlap) => {
            app.identity
                .rotate_key(&context.caller, id, overlap, &context.client)
                .await
        }
        Err(_) => Err(Error::Invalid(vec![FieldError::new(
            "overlap",
            "Choose how long the old secret stays good.",
        )])),
    };
    let mut response = match rotated {
        Ok(created) => {
            let answer = FormAnswer::KeyRotated(created.view(app.identity.policy()));
            pages::answer_form(&app, &context, &uri, answer, StatusCode::OK).await
        }
        Err(error) => refused(&app, &context, &uri, typed, error).await?,
    };
    // A secret beside reflected input is never compressed: the length would tell about it.
    response.extensions_mut().insert(DoNotCompress);
    Ok(response)
}
