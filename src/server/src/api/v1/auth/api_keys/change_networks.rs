use axum::{
    Json as JsonAnswer,
    extract::{Path, State},
};
use flui_identity::Error;
use flui_model::{
    ErrorCode,
    api_keys::{ApiKeyView, ChangeApiKeyNetworks},
};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// Changes where one's own key may be used from, from its next use on.
#[utoipa::path(
    put,
    path = "/api/v1/auth/api-keys/{id}/networks",
    operation_id = "changeApiKeyNetworks",
    tag = "Keys",
    params(("id" = String, Path, description = "The key's id.")),
    request_body = ChangeApiKeyNetworks,
    responses((status = 200, description = "The key as it is now.", body = ApiKeyView)),
    extensions(("x-codes" = json!([
        ErrorCode::InvalidField,
        ErrorCode::Forbidden,
        ErrorCode::FreshSignInNeeded,
        ErrorCode::NotFound,
    ]))),
)]
pub(crate) async fn change_networks(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
    Json(body): Json<ChangeApiKeyNetworks>,
) -> Result<JsonAnswer<ApiKeyView>, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    let changed = app
        .identity
        .change_key_networks(&context.caller, id, &body.networks, &context.client)
        .await?;
    Ok(JsonAnswer(changed.key))
}
