use axum::{
    Json,
    extract::{Path, State},
};
use flui_model::{ErrorCode, sessions::Ended};

use crate::{app::App, failure::Failure, request::RequestContext};

/// Deletes a context, and ends every key that is bound to it.
///
/// For admins, from a session only after a fresh sign-in.
#[utoipa::path(
    delete,
    path = "/api/v1/contexts/{name}",
    operation_id = "deleteContext",
    tag = "Contexts",
    params(("name" = String, Path, description = "The context's name, in any case.")),
    responses((status = 200, description = "The keys that ended with it.", body = Ended)),
    extensions(("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::FreshSignInNeeded, ErrorCode::NotFound]))),
)]
pub(super) async fn delete(
    State(app): State<App>,
    context: RequestContext,
    Path(name): Path<String>,
) -> Result<Json<Ended>, Failure> {
    let ended = app
        .identity
        .delete_context(&context.caller, &name, &context.client)
        .await?;
    Ok(Json(ended))
}
