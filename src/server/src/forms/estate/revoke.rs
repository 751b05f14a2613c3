use axum::{extract::State, response::Redirect};
use flui_model::SignInId;
use flui_web::Notice;
use serde::Deserialize;

use crate::{
    app::App,
    failure::Failure,
    request::{Form, RequestContext},
};

#[derive(Debug, Deserialize)]
pub(crate) struct Selected {
    #[serde(default)]
    id: Vec<String>,
}

/// `POST /estate/revoke`: ends what was selected.
pub(crate) async fn revoke(
    State(app): State<App>,
    context: RequestContext,
    Form(selected): Form<Selected>,
) -> Result<Redirect, Failure> {
    context.caller.signed_in()?;
    // An id of the wrong shape is as absent as one that is not there.
    let ids: Vec<SignInId> = selected.id.iter().filter_map(|id| id.parse().ok()).collect();
    app.identity
        .revoke_in_estate(&context.caller, &ids, &context.client)
        .await?;
    Ok(Redirect::to(&format!(
        "/estate?notice={}",
        Notice::EstateRevoked.word()
    )))
}
