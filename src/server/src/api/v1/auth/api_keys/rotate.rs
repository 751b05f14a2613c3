use std::time::Duration;

use axum::{
    Json as JsonAnswer,
    extract::{Path, State},
};
use flui_identity::{Error, Policy};
use flui_model::api_keys::{CreatedApiKey, RotateApiKey};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// `POST /api/v1/auth/api-keys/{id}/rotate`: a new secret for one's own key, shown this once.
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
