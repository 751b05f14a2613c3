use axum::Json;
use flui_model::me::Me;

use crate::{failure::Failure, request::RequestContext};

/// Tells who is calling.
///
/// The person, and the sign-in whose secret came with the request.
#[utoipa::path(
    get,
    path = "/api/v1/auth/me",
    operation_id = "getMe",
    tag = "Signing in",
    responses((status = 200, description = "The caller.", body = Me)),
)]
pub(super) async fn get(context: RequestContext) -> Result<Json<Me>, Failure> {
    let signed_in = context.caller.signed_in()?;
    Ok(Json(Me {
        person: signed_in.person().view(),
        roles: vec![signed_in.role()],
        sign_in: signed_in.current(),
    }))
}
