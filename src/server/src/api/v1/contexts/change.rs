use axum::{
    Json as JsonAnswer,
    extract::{Path, State},
};
use flui_identity::contexts::WantedContext;
use flui_model::{
    ErrorCode,
    contexts::{ChangeContext, ContextView},
};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// Changes all that a context says but its name.
///
/// For admins, from a session only after a fresh sign-in. Makes none.
#[utoipa::path(
    put,
    path = "/api/v1/contexts/{name}",
    operation_id = "changeContext",
    tag = "Contexts",
    params(("name" = String, Path, description = "The context's name, in any case.")),
    request_body = ChangeContext,
    responses((status = 200, description = "The context as it is now.", body = ContextView)),
    extensions(("x-codes" = json!([ErrorCode::InvalidField, ErrorCode::Forbidden, ErrorCode::FreshSignInNeeded, ErrorCode::NotFound]))),
)]
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
