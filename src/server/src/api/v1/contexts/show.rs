use axum::{
    Json,
    extract::{Path, State},
};
use flui_model::contexts::ContextView;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `GET /api/v1/contexts/{name}`, without regard to case.
pub(super) async fn show(
    State(app): State<App>,
    context: RequestContext,
    Path(name): Path<String>,
) -> Result<Json<ContextView>, Failure> {
    Ok(Json(app.identity.find_context(&context.caller, &name).await?.view()))
}
