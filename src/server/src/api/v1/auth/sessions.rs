//! `/api/v1/auth/sessions`: one's own browser sign-ins.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use flui_identity::Error;
use flui_model::{
    Page,
    sessions::{Ended, SessionView},
};

use crate::{app::App, failure::Failure, request::RequestContext};

/// `GET /api/v1/auth/sessions`.
pub(super) async fn list(State(app): State<App>, context: RequestContext) -> Result<Json<Page<SessionView>>, Failure> {
    let items = app.identity.list_sessions(&context.caller).await?;
    Ok(Json(Page {
        items,
        next_cursor: None,
    }))
}

/// `DELETE /api/v1/auth/sessions/{id}`.
pub(super) async fn end(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("session"))?;
    app.identity.end_session(&context.caller, id, &context.client).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/auth/sessions/end-others`.
pub(super) async fn end_others(State(app): State<App>, context: RequestContext) -> Result<Json<Ended>, Failure> {
    Ok(Json(
        app.identity
            .end_other_sessions(&context.caller, &context.client)
            .await?,
    ))
}
