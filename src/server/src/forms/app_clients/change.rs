use axum::{
    extract::{Path, RawForm, State},
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Redirect, Response},
};
use flui_identity::Error;
use flui_model::app_clients::ChangeAppClient;
use flui_web::{AppClientFormFields, FormAnswer, Notice};

use super::{again, sign_in_first, typed, with_secret};
use crate::{app::App, app_clients, failure::Failure, request::RequestContext};

/// `POST /apps/clients/{id}/edit`. If the provider gives another secret, the answer itself shows it, once.
pub(crate) async fn change(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    let typed = typed(&body)?;
    if context.caller.signed_in().is_err() {
        return Ok(sign_in_first(&typed, &uri));
    }
    let id = id.parse().map_err(|_| Error::NotFound("app"))?;
    let lines = AppClientFormFields::lines;
    let wanted = ChangeAppClient {
        name: typed.name.clone(),
        hosts: lines(&typed.hosts),
        redirect_uris: lines(&typed.redirect_uris),
        post_logout_redirect_uris: lines(&typed.post_logout_redirect_uris),
        backchannel_logout_uri: Some(typed.backchannel_logout_uri.clone()),
    };
    match app_clients::change(&app, &context, id, wanted).await {
        Ok(changed) if changed.client_secret.is_some() => {
            let answer = FormAnswer::AppClientRegistered(changed);
            Ok(with_secret(&app, &context, &uri, answer, StatusCode::OK).await)
        }
        Ok(_) => {
            let page = format!("/apps/clients/{id}?notice={}", Notice::AppClientChanged.word());
            Ok(Redirect::to(&page).into_response())
        }
        Err(error) => again(&app, &context, &uri, typed, error).await,
    }
}
