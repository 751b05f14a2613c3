use axum::{
    extract::{Path, RawForm, State},
    http::Uri,
    response::Response,
};
use flui_web::{ContextFormFields, Notice};

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /contexts/{name}/edit`. The name is that of the address: it stays.
pub(crate) async fn change(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    Path(name): Path<String>,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    let typed = ContextFormFields {
        name,
        ..super::typed(&context, &body)?
    };
    let (caller, client) = (&context.caller, &context.client);
    let changed = match super::wanted(&typed) {
        Ok(wanted) => app.identity.change_context(caller, wanted, client).await,
        Err(error) => Err(error),
    };
    let changed = changed.map(|changed| (changed, Notice::ContextChanged));
    super::answer(&app, &context, &uri, typed, changed).await
}
