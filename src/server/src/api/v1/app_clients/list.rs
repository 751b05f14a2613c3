use axum::{Json, extract::State};
use flui_identity::app_clients::AppClient;
use flui_model::{ErrorCode, Page, app_clients::AppClientView};

use crate::{app::App, failure::Failure, request::RequestContext};

/// Lists all app clients by name.
///
/// For admins. They are few, so one page holds them.
#[utoipa::path(
    get,
    path = "/api/v1/app-clients",
    operation_id = "listAppClients",
    tag = "App clients",
    responses((status = 200, description = "All app clients.", body = Page<AppClientView>)),
    extensions(("x-codes" = json!([ErrorCode::Forbidden]))),
)]
pub(super) async fn list(
    State(app): State<App>,
    context: RequestContext,
) -> Result<Json<Page<AppClientView>>, Failure> {
    let app_clients = app.identity.list_app_clients(&context.caller).await?;
    Ok(Json(Page {
        items: app_clients.into_iter().map(AppClient::view).collect(),
        next_cursor: None,
    }))
}
