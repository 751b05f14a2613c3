use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use flui_identity::Error;
use serde::Deserialize;

use crate::{
    app::App,
    app_clients,
    failure::Failure,
    request::{Query, RequestContext},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Whether to remove it here alone when the provider does not answer for it any more.
    #[serde(default)]
    forget: bool,
}

/// `DELETE /api/v1/app-clients/{id}`: at the provider, then here.
pub(super) async fn delete(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<StatusCode, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("app"))?;
    app_clients::delete(&app, &context, id, asked.forget).await?;
    Ok(StatusCode::NO_CONTENT)
}
