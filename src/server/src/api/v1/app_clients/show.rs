use axum::{
    Json,
    extract::{Path, State},
};
use flui_identity::Error;
use flui_model::app_clients::AppClientView;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `GET /api/v1/app-clients/{id}`.
pub(super) async fn show(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
) -> Result<Json<AppClientView>, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("app"))?;
    Ok(Json(app.identity.find_app_client(&context.caller, id).await?.view()))
}
