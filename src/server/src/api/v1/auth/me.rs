use axum::Json;
use flui_model::me::Me;

use crate::{failure::Failure, request::RequestContext};

/// `GET /api/v1/auth/me`: who is calling, and by which sign-in.
pub(super) async fn get(context: RequestContext) -> Result<Json<Me>, Failure> {
    let signed_in = context.caller.signed_in()?;
    Ok(Json(Me {
        person: signed_in.person().view(),
        roles: vec![signed_in.role()],
        sign_in: signed_in.current(),
    }))
}
