use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use flui_model::contexts::{ContextView, CreateContext};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// `POST /api/v1/contexts`: for admins.
pub(super) async fn create(
    State(app): State<App>,
    context: RequestContext,
    Json(body): Json<CreateContext>,
) -> Result<(StatusCode, JsonAnswer<ContextView>), Failure> {
    let created = app
        .identity
        .create_context(&context.caller, body.into(), &context.client)
        .await?;
    Ok((StatusCode::CREATED, JsonAnswer(created.view())))
}
