use axum::{
    extract::{Path, RawForm, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use flui_web::Notice;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /contexts/{name}/edit`.
pub(crate) async fn change(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    Path(name): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    context.caller.signed_in()?;
    let mut typed = super::typed(&body)?;
    typed.name = name;
    let result = match super::wanted(&typed) {
        Ok(wanted) => {
            app.identity
                .change_context(&context.caller, wanted, &context.client)
                .await
        }
        Err(error) => Err(error),
    };
    match result {
        Ok(changed) => {
            let page = format!("/contexts/{}?notice={}", changed.name, Notice::ContextChanged.word());
            Ok(Redirect::to(&page).into_response())
        }
        Err(error) => super::again(&app, &context, &uri, typed, error).await,
    }
}
