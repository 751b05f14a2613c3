use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use flui_identity::audit::RecordedEvent;
use flui_model::{Page, page_limit};

use super::{ListEvents, export};
use crate::{
    app::App,
    failure::Failure,
    request::{Query, RequestContext},
};

/// `GET /api/v1/audit/events`: newest first; one's own, or everybody's for an admin. `Accept` chooses between a page of
/// JSON and the whole as CSV or NDJSON.
pub(super) async fn list(
    State(app): State<App>,
    context: RequestContext,
    headers: HeaderMap,
    Query(query): Query<ListEvents>,
) -> Result<Response, Failure> {
    if let Some(format) = export::Format::accepted(&headers.get_all(header::ACCEPT)) {
        return export::stream(&app, &context, &query, format);
    }
    let limit = page_limit(query.limit);
    let mut rows = app
        .identity
        .list_events(&context.caller, query.filter()?, query.before, limit + 1)
        .await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.seq.to_string());
    let page = Page {
        items: rows.into_iter().map(RecordedEvent::view).collect(),
        next_cursor,
    };
    Ok(Json(page).into_response())
}
