use axum::{
    Json,
    extract::{Path, State},
};
use flui_identity::Error;
use flui_model::{ErrorCode, app_clients::AppClientView};

use crate::{app::App, failure::Failure, request::RequestContext};

/// Shows an app client.
///
/// For admins.
#[utoipa::path(
    get,
    path = "/api/v1/app-clients/{id}",
    operation_id = "showAppClient",
    tag = "App clients",
    params(("id" = String, Path, description = "The app client's id here.")),
    responses((status = 200, description = "The app client.", body = AppClientView)),
    extensions(("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::NotFound]))),
)]
pub(super) async fn show(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
) -> Result<Json<AppClientView>, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("app"))?;
    Ok(Json(app.identity.find_app_client(&context.caller, id).await?.view()))
}
