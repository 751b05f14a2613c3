use axum::{
    extract::{RawForm, State},
    http::{StatusCode, Uri},
    response::Response,
};
use flui_identity::{
    Error,
    app_clients::{RegistrationError, WantedAppClient},
};
use flui_model::{FieldError, app_clients::AppClientKind};
use flui_web::{AppClientFormFields, FormAnswer};

use super::{again, sign_in_first, typed, with_secret};
use crate::{app::App, app_clients, failure::Failure, pages, request::RequestContext};

/// `POST /apps/new`: the answer itself shows the secret, once; or what to enter by hand at a provider that registers
/// nothing by itself.
pub(crate) async fn create(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    let typed = typed(&body)?;
    if context.caller.signed_in().is_err() {
        return Ok(sign_in_first(&typed, &uri));
    }
    let wanted = match wanted(&typed) {
        Ok(wanted) => wanted,
        Err(error) => return again(&app, &context, &uri, typed, error).await,
    };
    if app.config.oidc.registration_token.is_none() {
        return by_hand(&app, &context, &uri, typed, wanted).await;
    }
    match app_clients::register(&app, &context, wanted.clone()).await {
        Ok(registered) => {
            let answer = FormAnswer::AppClientRegistered(registered);
            Ok(with_secret(&app, &context, &uri, answer, StatusCode::CREATED).await)
        }
        Err(Error::Registration(RegistrationError::NotOffered)) => by_hand(&app, &context, &uri, typed, wanted).await,
        Err(error) => again(&app, &context, &uri, typed, error).await,
    }
}

async fn by_hand(
    app: &App,
    context: &RequestContext,
    uri: &Uri,
    typed: AppClientFormFields,
    wanted: WantedAppClient,
) -> Result<Response, Failure> {
    match app.identity.plan_app_client(&context.caller, wanted) {
        Ok(fields) => {
            let issuer = app.config.oidc.issuer.clone();
            let answer = FormAnswer::AppClientPlanned { fields, issuer };
            Ok(pages::answer_form(app, context, uri, answer, StatusCode::OK).await)
        }
        Err(error) => again(app, context, uri, typed, error).await,
    }
}

/// The app client that the form asks for.
fn wanted(typed: &AppClientFormFields) -> Result<WantedAppClient, Error> {
    let kind = typed.kind.parse::<AppClientKind>();
    let kind =
        kind.map_err(|_| Error::Invalid(vec![FieldError::new("kind", "Choose one of the kinds in the list.")]))?;
    let lines = AppClientFormFields::lines;
    Ok(WantedAppClient {
        name: typed.name.clone(),
        kind,
        hosts: lines(&typed.hosts),
        redirect_uris: lines(&typed.redirect_uris),
        post_logout_redirect_uris: lines(&typed.post_logout_redirect_uris),
        backchannel_logout_uri: Some(typed.backchannel_logout_uri.clone()),
        scopes: lines(&typed.scopes),
    })
}
