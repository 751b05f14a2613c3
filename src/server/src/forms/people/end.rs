use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use flui_identity::Error;
use flui_web::{FormAnswer, Notice};
use serde::Deserialize;

use crate::{
    app::App,
    failure::Failure,
    pages,
    request::{Form, RequestContext},
};

#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    name: String,
}

/// `POST /people/{id}/end`: everything of a person, once their name was typed.
pub(crate) async fn end(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("person"))?;
    let result = app
        .identity
        .end_person(&context.caller, id, &typed.name, &context.client)
        .await;
    match result {
        Ok(_) => {
            let page = format!("/people/{id}?notice={}", Notice::PersonEnded.word());
            Ok(Redirect::to(&page).into_response())
        }
        Err(Error::Invalid(errors)) => {
            let answer = FormAnswer::EndPerson(errors);
            Ok(pages::answer_form(&app, &context, &uri, answer, StatusCode::BAD_REQUEST).await)
        }
        Err(error) => Err(error.into()),
    }
}
