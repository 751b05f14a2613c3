//! Forms about contexts.

mod change;
mod check;
mod create;
mod delete;

use axum::{
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
pub(super) use change::change;
pub(super) use check::check;
pub(super) use create::create;
pub(super) use delete::delete;
use flui_identity::{
    Error,
    contexts::{Context, WantedContext},
};
use flui_model::{ErrorCode, FieldError, contexts::Colour};
use flui_web::{ContextFormFields, FormAnswer, Notice};

use crate::{app::App, failure::Failure, pages, request::RequestContext};

/// What somebody who is signed in typed into the form.
fn typed(request: &RequestContext, body: &[u8]) -> Result<ContextFormFields, Failure> {
    request.caller.signed_in()?;
    std::str::from_utf8(body)
        .map(ContextFormFields::from_query)
        .map_err(|_| Failure::new(ErrorCode::BadRequest, "The form is not text. Fill it in anew."))
}

/// The context that the form asks for.
fn wanted(typed: &ContextFormFields) -> Result<WantedContext, Error> {
    let colour = typed.colour.parse::<Colour>();
    let colour = colour.map_err(|_| {
        Error::Invalid(vec![FieldError::new(
            "colour",
            "Choose one of the colours in the list.",
        )])
    })?;
    Ok(WantedContext {
        name: typed.name.trim().to_owned(),
        api_url: typed.api_url.clone(),
        issuer: typed.issuer.clone(),
        description: typed.description.clone(),
        colour,
    })
}

/// The page of the context and a word about what was done; or the form again, as it was filled in, with what was wrong.
async fn answer(
    app: &App,
    request: &RequestContext,
    uri: &Uri,
    typed: ContextFormFields,
    done: Result<(Context, Notice), Error>,
) -> Result<Response, Failure> {
    let error = match done {
        Ok((context, notice)) => {
            let page = format!("/contexts/{}?notice={}", context.name, notice.word());
            return Ok(Redirect::to(&page).into_response());
        }
        Err(error) => error,
    };
    let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::BAD_REQUEST);
    let (errors, problem) = match error {
        Error::Store(_) | Error::NotSignedIn | Error::NotFound(_) => return Err(error.into()),
        Error::Invalid(errors) => (errors, None),
        taken @ Error::NameTaken(_) => (vec![FieldError::new("name", taken.to_string())], None),
        other => (Vec::new(), Some(other.to_string())),
    };
    let answer = FormAnswer::ContextForm { typed, errors, problem };
    Ok(pages::answer_form(app, request, uri, answer, status).await)
}
