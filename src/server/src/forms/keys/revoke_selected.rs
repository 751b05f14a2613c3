use axum::{
    extract::{RawForm, State},
    response::Redirect,
};
use flui_identity::Error;
use flui_model::SignInId;
use flui_web::Notice;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /keys/revoke`: ends all keys of the fields `id`, or none.
pub(crate) async fn revoke_selected(
    State(app): State<App>,
    context: RequestContext,
    RawForm(body): RawForm,
) -> Result<Redirect, Failure> {
    context.caller.signed_in()?;
    let ids: Vec<SignInId> = url::form_urlencoded::parse(&body)
        .filter(|(name, _)| name == "id")
        .map(|(_, id)| id.parse().map_err(|_| Error::NotFound("key")))
        .collect::<Result<_, _>>()?;
    app.identity.revoke_keys(&context.caller, &ids, &context.client).await?;
    Ok(Redirect::to(&format!("/keys?notice={}", Notice::KeysRevoked.word())))
}
