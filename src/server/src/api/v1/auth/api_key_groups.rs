use axum::{Json, extract::State};
use flui_model::api_keys::ApiKeyGroups;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `GET /api/v1/auth/api-key-groups`: the catalogue of scopes, and what the caller may give of it.
pub(super) async fn list(State(app): State<App>, context: RequestContext) -> Result<Json<ApiKeyGroups>, Failure> {
    Ok(Json(app.identity.list_key_groups(&context.caller)?))
}
