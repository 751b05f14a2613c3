use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use flui_model::{
    ErrorCode,
    app_clients::{CreateAppClient, RegisteredAppClient},
};

use crate::{
    app::App,
    app_clients,
    failure::Failure,
    request::{Json, RequestContext},
};

/// Registers an app as a client at the provider.
///
/// For admins. The secret is in this answer alone.
#[utoipa::path(
    post,
    path = "/api/v1/app-clients",
    operation_id = "registerAppClient",
    tag = "App clients",
    request_body = CreateAppClient,
    responses((status = 201, description = "The app client, with its secret in clear this once.", body = RegisteredAppClient)),
    extensions(("x-codes" = json!([
        ErrorCode::InvalidField,
        ErrorCode::Forbidden,
        ErrorCode::FreshSignInNeeded,
        ErrorCode::RegistrationOff,
        ErrorCode::AppClientUnknown,
        ErrorCode::ProviderUnavailable,
        ErrorCode::ProviderFailed,
    ]))),
)]
pub(super) async fn create(
    State(app): State<App>,
    context: RequestContext,
    Json(body): Json<CreateAppClient>,
) -> Result<(StatusCode, JsonAnswer<RegisteredAppClient>), Failure> {
    let registered = app_clients::register(&app, &context, body.into()).await?;
    Ok((StatusCode::CREATED, JsonAnswer(registered)))
}
