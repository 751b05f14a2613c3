use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use flui_identity::audit::RecordedEvent;
use flui_model::{
    ErrorCode, Page,
    audit::{AuditEventView, ListEvents},
    page_limit,
};

use super::{export, filter};
use crate::{
    app::App,
    failure::Failure,
    request::{Query, RequestContext},
};

/// Lists what happened, newest first.
///
/// What the person did and what was done to what is theirs; everything, for admins. `Accept` chooses between a page of
/// JSON and the whole as CSV or NDJSON.
#[utoipa::path(
    get,
    path = "/api/v1/audit/events",
    operation_id = "listAuditEvents",
    tag = "Audit log",
    params(ListEvents),
    responses((status = 200, description = "A page of events, or all of them.", content(
        (Page<AuditEventView> = "application/json"),
        (String = "text/csv"),
        (AuditEventView = "application/x-ndjson"),
    ))),
    extensions(("x-codes" = json!([ErrorCode::InvalidField]))),
)]
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
        .list_events(&context.caller, filter(&query)?, query.before, limit + 1)
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
