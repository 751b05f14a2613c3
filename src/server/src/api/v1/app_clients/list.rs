use axum::{Json, extract::State};
use flui_identity::app_clients::AppClient;
use flui_model::{Page, app_clients::AppClientView};

use crate::{app::App, failure::Failure, request::RequestContext};

/// `GET /api/v1/app-clients`: all of them, by name. They are few, so one page holds them.
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
