//! `/api/v1/auth/sessions`: one's own browser sign-ins.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use flui_identity::Error;
use flui_model::{
    ErrorCode, Page, SignInId,
    sessions::{Ended, SessionView},
};

use crate::{app::App, failure::Failure, request::RequestContext};

/// Lists one's own live browser sessions.
#[utoipa::path(
    get,
    path = "/api/v1/auth/sessions",
    operation_id = "listSessions",
    tag = "Sign-ins",
    responses((status = 200, description = "All of them.", body = Page<SessionView>)),
)]
pub(super) async fn list(State(app): State<App>, context: RequestContext) -> Result<Json<Page<SessionView>>, Failure> {
    let items = app.identity.list_sessions(&context.caller).await?;
    Ok(Json(Page {
        items,
        next_cursor: None,
    }))
}

/// Signs one of one's own browsers out.
///
/// From a browser session.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/sessions/{id}",
    operation_id = "endSession",
    tag = "Sign-ins",
    params(("id" = SignInId, Path, description = "The session's id, which is not the cookie's value.")),
    responses((status = 204, description = "It is signed out.")),
    extensions(("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::NotFound]))),
)]
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

/// Signs out of every browser but this one.
///
/// From a browser session.
#[utoipa::path(
    post,
    path = "/api/v1/auth/sessions/end-others",
    operation_id = "endOtherSessions",
    tag = "Sign-ins",
    responses((status = 200, description = "What ended by this act.", body = Ended)),
    extensions(("x-codes" = json!([ErrorCode::Forbidden]))),
)]
pub(super) async fn end_others(State(app): State<App>, context: RequestContext) -> Result<Json<Ended>, Failure> {
    Ok(Json(
        app.identity
            .end_other_sessions(&context.caller, &context.client)
            .await?,
    ))
}
