use axum::{
    Json as JsonAnswer,
    extract::{Path, State},
};
use flui_identity::Error;
use flui_model::{
    ErrorCode,
    app_clients::{ChangeAppClient, RegisteredAppClient},
};

use crate::{
    app::App,
    app_clients,
    failure::Failure,
    request::{Json, RequestContext},
};

/// Changes all that an app client says but its kind and scopes, at the provider and here.
///
/// For admins. A secret that the provider gives with it is in this answer alone.
#[utoipa::path(
    put,
    path = "/api/v1/app-clients/{id}",
    operation_id = "changeAppClient",
    tag = "App clients",
    params(("id" = String, Path, description = "The app client's id here.")),
    request_body = ChangeAppClient,
    responses((status = 200, description = "The app client as it is now.", body = RegisteredAppClient)),
    extensions(("x-codes" = json!([
        ErrorCode::InvalidField,
        ErrorCode::Forbidden,
        ErrorCode::FreshSignInNeeded,
        ErrorCode::NotFound,
        ErrorCode::RegistrationOff,
        ErrorCode::AppClientUnknown,
        ErrorCode::ProviderUnavailable,
        ErrorCode::ProviderFailed,
    ]))),
)]
pub(super) async fn change(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
    Json(body): Json<ChangeAppClient>,
) -> Result<JsonAnswer<RegisteredAppClient>, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("app"))?;
    Ok(JsonAnswer(app_clients::change(&app, &context, id, body).await?))
}
