use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use flui_identity::Error;
use flui_model::ErrorCode;
use serde::Deserialize;

use crate::{
    app::App,
    app_clients,
    failure::Failure,
    request::{Query, RequestContext},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Whether to remove it here alone when the provider does not answer for it any more.
    #[serde(default)]
    forget: bool,
}

/// Deletes an app client at the provider, then here.
///
/// For admins. With `forget` here alone, when the provider does not answer for it any more.
#[utoipa::path(
    delete,
    path = "/api/v1/app-clients/{id}",
    operation_id = "deleteAppClient",
    tag = "App clients",
    params(
        ("id" = String, Path, description = "The app client's id here."),
        ("forget" = Option<bool>, Query, description = "Remove it here alone."),
    ),
    responses((status = 204, description = "It is gone.")),
    extensions(("x-codes" = json!([
        ErrorCode::Forbidden,
        ErrorCode::FreshSignInNeeded,
        ErrorCode::NotFound,
        ErrorCode::RegistrationOff,
        ErrorCode::AppClientUnknown,
        ErrorCode::ProviderUnavailable,
        ErrorCode::ProviderFailed,
    ]))),
)]
pub(super) async fn delete(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<StatusCode, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("app"))?;
    app_clients::delete(&app, &context, id, asked.forget).await?;
    Ok(StatusCode::NO_CONTENT)
}
