use axum::{
    Json as JsonAnswer,
    extract::{Path, State},
};
use flui_identity::Error;
use flui_model::app_clients::{ChangeAppClient, RegisteredAppClient};

use crate::{
    app::App,
    app_clients,
    failure::Failure,
    request::{Json, RequestContext},
};

/// `PUT /api/v1/app-clients/{id}`: all that it says but kind and scopes, at the provider and here. A secret that the
/// provider gives with it is in this answer alone.
pub(super) async fn change(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
    Json(body): Json<ChangeAppClient>,
) -> Result<JsonAnswer<RegisteredAppClient>, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("app"))?;
    Ok(JsonAnswer(app_clients::change(&app, &context, id, body).await?))
}
