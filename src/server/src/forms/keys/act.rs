use axum::{
    http::{StatusCode, Uri},
    response::Response,
};
use flui_identity::Error;
use flui_model::{FieldError, Timestamp};
use flui_web::{FormAnswer, KeyActFields};

use crate::{app::App, failure::Failure, pages, request::RequestContext};

/// Answers the form of an act that was refused: itself again, as it was filled in, or the page that says why it is not
/// there.
pub(super) async fn refused(
    app: &App,
    context: &RequestContext,
    uri: &Uri,
    typed: KeyActFields,
    error: Error,
) -> Result<Response, Failure> {
    let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::BAD_REQUEST);
    let (errors, problem) = match error {
        Error::Invalid(errors) => (errors, None),
        error @ (Error::Forbidden(_) | Error::FreshSignInNeeded) => (Vec::new(), Some(error.to_string())),
        error => return Err(error.into()),
    };
    let answer = FormAnswer::KeyAct { typed, errors, problem };
    Ok(pages::answer_form(app, context, uri, answer, status).await)
}

/// The end of a day in UTC.
pub(super) fn end_of_day(field: &str, day: &str) -> Result<Timestamp, FieldError> {
    format!("{}T23:59:59Z", day.trim())
        .parse()
        .map_err(|_| FieldError::new(field, "Enter a date like 2027-01-31."))
}
