use axum::{
    Json,
    extract::{Path, State},
};
use flui_model::{ErrorCode, contexts::ContextView};

use crate::{app::App, failure::Failure, request::RequestContext};

/// Finds a context.
#[utoipa::path(
    get,
    path = "/api/v1/contexts/{name}",
    operation_id = "getContext",
    tag = "Contexts",
    params(("name" = String, Path, description = "The context's name, in any case.")),
    responses((status = 200, description = "The context.", body = ContextView)),
    extensions(("x-codes" = json!([ErrorCode::NotFound]))),
)]
pub(super) async fn show(
    State(app): State<App>,
    context: RequestContext,
    Path(name): Path<String>,
) -> Result<Json<ContextView>, Failure> {
    Ok(Json(app.identity.find_context(&context.caller, &name).await?.view()))
}
