use axum::{extract::State, response::Redirect};
use flui_web::Notice;

use super::Selected;
use crate::{
    app::App,
    failure::Failure,
    request::{Form, RequestContext},
};

/// `POST /estate/revoke`: ends what was selected.
pub(crate) async fn revoke(
    State(app): State<App>,
    context: RequestContext,
    Form(selected): Form<Selected>,
) -> Result<Redirect, Failure> {
    context.caller.signed_in()?;
    app.identity
        .revoke_in_estate(&context.caller, &selected.ids(), &context.client)
        .await?;
    Ok(Redirect::to(&format!(
        "/estate?notice={}",
        Notice::EstateRevoked.word()
    )))
}
