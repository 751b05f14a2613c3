use axum::{Json, extract::State};
use flui_model::api_keys::ApiKeyGroups;

use crate::{app::App, failure::Failure, request::RequestContext};

/// Lists the catalogue of scopes, and says what the caller may give of it.
#[utoipa::path(
    get,
    path = "/api/v1/auth/api-key-groups",
    operation_id = "listApiKeyGroups",
    tag = "Keys",
    responses((status = 200, description = "A row for each area and depth.", body = ApiKeyGroups)),
)]
pub(super) async fn list(State(app): State<App>, context: RequestContext) -> Result<Json<ApiKeyGroups>, Failure> {
    Ok(Json(app.identity.list_key_groups(&context.caller)?))
}
