use axum::{
    Json,
    extract::{Path, State},
};
use flui_model::sessions::Ended;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `DELETE /api/v1/contexts/{name}`: for admins. Answers with the keys that ended with it.
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
