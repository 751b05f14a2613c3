use axum::{
    Json as JsonAnswer,
    extract::{Path, State},
};
use flui_identity::contexts::WantedContext;
use flui_model::contexts::{ChangeContext, ContextView};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// `PUT /api/v1/contexts/{name}`: all that it says but its name. For admins; makes none.
pub(super) async fn change(
    State(app): State<App>,
    context: RequestContext,
    Path(name): Path<String>,
    Json(body): Json<ChangeContext>,
) -> Result<JsonAnswer<ContextView>, Failure> {
    let wanted = WantedContext {
        name,
        api_url: body.api_url,
        issuer: body.issuer,
        description: body.description,
        colour: body.colour,
    };
    let changed = app
        .identity
        .change_context(&context.caller, wanted, &context.client)
        .await?;
    Ok(JsonAnswer(changed.view()))
}
