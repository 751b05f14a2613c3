//! `/api/v1/auth/sign-ins`: sign-ins of every kind.

use axum::{Json as JsonAnswer, extract::State};
use flui_model::{
    ErrorCode,
    sign_ins::{EndSignIns, EndedSignIns},
};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// Ends many sign-ins, or everything of a person, in one transaction.
///
/// One's own, or anybody's for admins. With a session the sign-in must be fresh. With a key it must be unscoped; one with
/// `keys:destroy` may end keys.
#[utoipa::path(
    post,
    path = "/api/v1/auth/sign-ins/end",
    operation_id = "endSignIns",
    tag = "Sign-ins",
    request_body = EndSignIns,
    responses((status = 200, description = "What ended by this act.", body = EndedSignIns)),
    extensions(("x-codes" = json!([
        ErrorCode::InvalidField,
        ErrorCode::Forbidden,
        ErrorCode::FreshSignInNeeded,
        ErrorCode::NotFound,
    ]))),
)]
pub(super) async fn end(
    State(app): State<App>,
    context: RequestContext,
    Json(body): Json<EndSignIns>,
) -> Result<JsonAnswer<EndedSignIns>, Failure> {
    let ended = app
        .identity
        .end_sign_ins(&context.caller, &body, &context.client)
        .await?;
    Ok(JsonAnswer(ended))
}
