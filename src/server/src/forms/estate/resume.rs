use axum::{extract::State, response::Redirect};
use flui_web::Notice;

use super::Selected;
use crate::{
    app::App,
    failure::Failure,
    request::{Form, RequestContext},
};

/// `POST /estate/resume`: lets the selected keys work again.
pub(crate) async fn resume(
    State(app): State<App>,
    context: RequestContext,
    Form(selected): Form<Selected>,
) -> Result<Redirect, Failure> {
    context.caller.signed_in()?;
    app.identity
        .resume_keys(&context.caller, &selected.ids(), &context.client)
        .await?;
    Ok(Redirect::to(&format!(
        "/estate?notice={}",
        Notice::EstateResumed.word()
    )))
}
