use axum::{Json as JsonAnswer, extract::State, http::StatusCode};
use flui_model::app_clients::{CreateAppClient, RegisteredAppClient};

use crate::{
    app::App,
    app_clients,
    failure::Failure,
    request::{Json, RequestContext},
};

/// `POST /api/v1/app-clients`: registers an app at the provider. The secret is in this answer alone.
pub(super) async fn create(
    State(app): State<App>,
    context: RequestContext,
    Json(body): Json<CreateAppClient>,
) -> Result<(StatusCode, JsonAnswer<RegisteredAppClient>), Failure> {
    let registered = app_clients::register(&app, &context, body.into()).await?;
    Ok((StatusCode::CREATED, JsonAnswer(registered)))
}
