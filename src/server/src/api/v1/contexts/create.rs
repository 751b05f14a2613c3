use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use flui_model::{
    ErrorCode,
    contexts::{ContextView, CreateContext},
};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// Makes a context.
///
/// For admins, from a session only after a fresh sign-in.
#[utoipa::path(
    post,
    path = "/api/v1/contexts",
    operation_id = "createContext",
    tag = "Contexts",
    request_body = CreateContext,
    responses((status = 201, description = "The context.", body = ContextView)),
    extensions(("x-codes" = json!([ErrorCode::InvalidField, ErrorCode::Forbidden, ErrorCode::FreshSignInNeeded, ErrorCode::NameTaken]))),
)]
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
