use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Redirect, Response},
};
use flui_identity::Error;
use flui_web::{FormAnswer, Notice};
use serde::Deserialize;

use crate::{
    app::App,
    app_clients,
    failure::Failure,
    pages,
    request::{Form, RequestContext},
};

#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    forget: String,
}

/// `POST /apps/clients/{id}/delete`.
pub(crate) async fn delete(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    Path(id): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("app"))?;
    let error = match app_clients::delete(&app, &context, id, chosen.forget == "1").await {
        Ok(()) => {
            let page = format!("/apps/clients?notice={}", Notice::AppClientDeleted.word());
            return Ok(Redirect::to(&page).into_response());
        }
        Err(error) => error,
    };
    let may_forget = match &error {
        Error::Registration(error) => error.may_forget(),
        Error::FreshSignInNeeded => false,
        _ => return Err(error.into()),
    };
    let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::BAD_REQUEST);
    let answer = FormAnswer::AppClientDelete {
        problem: error.to_string(),
        may_forget,
    };
    Ok(pages::answer_form(&app, &context, &uri, answer, status).await)
}
