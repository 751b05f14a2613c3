//! Files that pages offer.

use axum::{extract::State, response::Response};
use flui_model::audit::ListEvents;

use crate::{
    api::v1::audit::{Format, download},
    app::App,
    failure::Failure,
    request::{Query, RequestContext},
};

/// `GET /audit.csv`: what the Audit page shows, all of it, as CSV.
pub(crate) async fn audit_csv(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListEvents>,
) -> Result<Response, Failure> {
    download(&app, &context, &query, Format::Csv)
}

/// `GET /audit.ndjson`: the same, one JSON object on each line.
pub(crate) async fn audit_ndjson(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListEvents>,
) -> Result<Response, Failure> {
    download(&app, &context, &query, Format::Ndjson)
}
