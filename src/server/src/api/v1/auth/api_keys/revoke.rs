use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use flui_identity::Error;
use flui_model::{ErrorCode, SignInId};

use crate::{app::App, failure::Failure, request::RequestContext};

/// Ends a key.
///
/// From the answer on every request with it is refused. One's own: from a session always, with a key only if it has
/// `keys:destroy` or ends itself. Others': for admins, from a session only after a fresh sign-in.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/api-keys/{id}",
    operation_id = "revokeApiKey",
    tag = "Keys",
    params(("id" = SignInId, Path, description = "The key's id.")),
    responses((status = 204, description = "It is ended.")),
    extensions(("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::FreshSignInNeeded, ErrorCode::NotFound]))),
)]
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
