//! Forms about app clients.

mod change;
mod create;
mod delete;

use axum::{
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
pub(super) use change::change;
pub(super) use create::create;
pub(super) use delete::delete;
use flui_identity::Error;
use flui_model::{ErrorCode, FieldError};
use flui_web::{AppClientFormFields, FormAnswer, Notice};

use crate::{app::App, failure::Failure, pages, request::RequestContext, router::DoNotCompress};

/// What was typed into the form.
fn typed(body: &[u8]) -> Result<AppClientFormFields, Failure> {
    std::str::from_utf8(body)
        .map(AppClientFormFields::from_query)
        .map_err(|_| Failure::new(ErrorCode::BadRequest, "The form is not text. Fill it in anew."))
}

/// The way back to the form as it is, for somebody whose session has ended under it.
fn sign_in_first(typed: &AppClientFormFields, uri: &Uri) -> Response {
    pages::sign_in_first(Notice::SessionEnded, &typed.address(uri.path())).into_response()
}

/// The form again, as it was filled in, with what was wrong. So it is too when provider or database are away.
async fn again(
    app: &App,
    request: &RequestContext,
    uri: &Uri,
    typed: AppClientFormFields,
    error: Error,
) -> Result<Response, Failure> {
    let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::BAD_REQUEST);
    let (errors, problem): (Vec<FieldError>, _) = match error {
        Error::NotSignedIn | Error::NotFound(_) => return Err(error.into()),
        Error::Invalid(errors) => (errors, None),
        Error::Store(_) => (Vec::new(), Some(Failure::from(error).detail)),
        other => (Vec::new(), Some(other.to_string())),
    };
    let answer = FormAnswer::AppClientForm { typed, errors, problem };
    Ok(pages::answer_form(app, request, uri, answer, status).await)
}

/// A page that shows a secret, which is never compressed beside reflected input: the length would tell about it.
async fn with_secret(
    app: &App,
    request: &RequestContext,
    uri: &Uri,
    answer: FormAnswer,
    status: StatusCode,
) -> Response {
    let mut response = pages::answer_form(app, request, uri, answer, status).await;
    response.extensions_mut().insert(DoNotCompress);
    response
}
