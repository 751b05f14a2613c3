use axum::{
    extract::{RawForm, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use flui_web::Notice;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /contexts/new`.
pub(crate) async fn create(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    context.caller.signed_in()?;
    let typed = super::typed(&body)?;
    let result = match super::wanted(&typed) {
        Ok(wanted) => {
            app.identity
                .create_context(&context.caller, wanted, &context.client)
                .await
        }
        Err(error) => Err(error),
    };
    match result {
        Ok(created) => {
            let page = format!("/contexts/{}?notice={}", created.name, Notice::ContextCreated.word());
            Ok(Redirect::to(&page).into_response())
        }
        Err(error) => super::again(&app, &context, &uri, typed, error).await,
    }
}
