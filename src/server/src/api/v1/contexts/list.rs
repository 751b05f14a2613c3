use axum::{Json, extract::State};
use flui_identity::contexts::Context;
use flui_model::{Page, contexts::ContextView};

use crate::{app::App, failure::Failure, request::RequestContext};

/// Lists the contexts, by name.
///
/// They are few, so one page holds them.
#[utoipa::path(
    get,
    path = "/api/v1/contexts",
    operation_id = "listContexts",
    tag = "Contexts",
    responses((status = 200, description = "All of them.", body = Page<ContextView>)),
)]
pub(super) async fn list(State(app): State<App>, context: RequestContext) -> Result<Json<Page<ContextView>>, Failure> {
    let contexts = app.identity.list_contexts(&context.caller).await?;
    Ok(Json(Page {
        items: contexts.into_iter().map(Context::view).collect(),
        next_cursor: None,
    }))
}
