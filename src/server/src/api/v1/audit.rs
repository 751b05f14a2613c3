//! `GET /api/v1/audit/events`.

use axum::{Json, Router, extract::State, routing::get};
use flui_identity::{audit::EventFilter, audit::RecordedEvent};
use flui_model::{FieldError, Page, audit::AuditEventView, page_limit};
use serde::Deserialize;

use crate::{
    app::App,
    failure::Failure,
    request::{Query, RequestContext},
};

/// The routes of this noun.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/api/v1/audit/events", get(list))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListEvents {
    user: Option<String>,
    since: Option<String>,
    action: Option<String>,
    outcome: Option<String>,
    before: Option<i64>,
    limit: Option<u32>,
}

/// Events, newest first: one's own, or everybody's for an admin.
async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListEvents>,
) -> Result<Json<Page<AuditEventView>>, Failure> {
    let fault = |field: &str, message: &str| {
        Failure::from(flui_identity::Error::Invalid(vec![FieldError::new(field, message)]))
    };
    let filter = EventFilter {
        person: query
            .user
            .map(|id| id.parse().map_err(|_| fault("user", "Give a person's id.")))
            .transpose()?,
        action: query.action,
        outcome: query.outcome,
        since: query
            .since
            .map(|at| {
                at.parse()
                    .map_err(|_| fault("since", "Give a time like 2026-11-24T14:33:00Z."))
            })
            .transpose()?,
        ..EventFilter::default()
    };
    let limit = page_limit(query.limit);
    let mut rows = app
        .identity
        .list_events(&context.caller, filter, query.before, limit + 1)
        .await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.seq.to_string());
    Ok(Json(Page {
        items: rows.into_iter().map(RecordedEvent::view).collect(),
        next_cursor,
    }))
}
