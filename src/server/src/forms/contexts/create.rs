use axum::{
    extract::{RawForm, State},
    http::Uri,
    response::Response,
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
    let typed = super::typed(&context, &body)?;
    let (caller, client) = (&context.caller, &context.client);
    let created = match super::wanted(&typed) {
        Ok(wanted) => app.identity.create_context(caller, wanted, client).await,
        Err(error) => Err(error),
    };
    let created = created.map(|created| (created, Notice::ContextCreated));
    super::answer(&app, &context, &uri, typed, created).await
}
