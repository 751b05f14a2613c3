//! `/api/v1/auth/sign-ins`: sign-ins of every kind.

use axum::{Json as JsonAnswer, extract::State};
use flui_model::sign_ins::{EndSignIns, EndedSignIns};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// `POST /api/v1/auth/sign-ins/end`: ends many, or everything of a person, in one transaction.
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
