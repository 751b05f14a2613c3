use axum::{
    Json as JsonAnswer,
    extract::{Path, State},
};
use flui_identity::Error;
use flui_model::api_keys::{ApiKeyView, ChangeApiKeyNetworks};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// `PUT /api/v1/auth/api-keys/{id}/networks`: where one's own key may be used from, from its next use on.
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
