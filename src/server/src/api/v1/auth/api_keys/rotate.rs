use std::time::Duration;

use axum::{
    Json as JsonAnswer,
    extract::{Path, State},
};
use flui_identity::{Error, Policy};
use flui_model::{
    ErrorCode, SignInId,
    api_keys::{CreatedApiKey, RotateApiKey},
};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// Gives a key of one's own a new secret.
///
/// The old secret stays good until the new one is first used, and for `overlapSeconds` at most. From a session only after
/// a fresh sign-in, with a key only if it has `keys:change` and may itself do all that the other may.
#[utoipa::path(
    post,
    path = "/api/v1/auth/api-keys/{id}/rotate",
    operation_id = "rotateApiKey",
    tag = "Keys",
    params(("id" = SignInId, Path, description = "The key's id.")),
    request_body = RotateApiKey,
    responses((status = 200, description = "The key with its new secret, in clear this once.", body = CreatedApiKey)),
    extensions(("x-codes" = json!([
        ErrorCode::InvalidField,
        ErrorCode::Forbidden,
        ErrorCode::FreshSignInNeeded,
        ErrorCode::NotFound,
    ]))),
)]
pub(crate) async fn rotate(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
    Json(body): Json<RotateApiKey>,
) -> Result<JsonAnswer<CreatedApiKey>, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    let overlap = body
        .overlap_seconds
        .map_or(Policy::DEFAULT_OVERLAP, Duration::from_secs);
    let created = app
        .identity
        .rotate_key(&context.caller, id, overlap, &context.client)
        .await?;
    Ok(JsonAnswer(created.view(app.identity.policy())))
}
