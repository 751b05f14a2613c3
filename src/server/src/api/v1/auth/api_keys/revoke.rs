use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use flui_identity::Error;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `DELETE /api/v1/auth/api-keys/{id}`: ends a key. The answer comes after every later use is refused.
pub(crate) async fn revoke(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    app.identity.revoke_key(&context.caller, id, &context.client).await?;
    Ok(StatusCode::NO_CONTENT)
}
