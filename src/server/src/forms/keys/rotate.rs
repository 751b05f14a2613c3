use std::time::Duration;

use axum::{http::StatusCode, response::Response};
use flui_identity::Error;
use flui_model::FieldError;
use flui_web::FormAnswer;

use super::act::KeyAct;
use crate::{failure::Failure, pages, router::DoNotCompress};

/// `POST /keys/{id}/rotate`: the answer itself shows the new secret, once.
pub(crate) async fn rotate(act: KeyAct) -> Result<Response, Failure> {
    let (app, context) = (&act.app, &act.context);
    let rotated = match act.typed.overlap.parse().map(Duration::from_secs) {
        Ok(overlap) => {
            app.identity
                .rotate_key(&context.caller, act.id, overlap, &context.client)
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
            pages::answer_form(app, context, &act.uri, answer, StatusCode::OK).await
        }
        Err(error) => act.refuse(error).await?,
    };
    // A secret beside reflected input is never compressed: the length would tell about it.
    response.extensions_mut().insert(DoNotCompress);
    Ok(response)
}
