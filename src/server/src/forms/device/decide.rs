use axum::{
    extract::{Path, State},
    response::Redirect,
};
use flui_identity::Error;
use flui_model::DeviceLoginId;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /device/{id}/approve`. A proof that grew old meanwhile leads back to the page, which offers a new one.
pub(crate) async fn approve(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
) -> Result<Redirect, Failure> {
    let id = read(&context, &id)?;
    let approved = app
        .identity
        .approve_device_login(&context.caller, id, &context.client)
        .await;
    match approved {
        Ok(_) | Err(Error::FreshSignInNeeded) => Ok(page_of(id)),
        Err(error) => Err(error.into()),
    }
}

/// `POST /device/{id}/deny`.
pub(crate) async fn deny(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
) -> Result<Redirect, Failure> {
    let id = read(&context, &id)?;
    app.identity
        .deny_device_login(&context.caller, id, &context.client)
        .await?;
    Ok(page_of(id))
}

fn read(context: &RequestContext, id: &str) -> Result<DeviceLoginId, Failure> {
    context.caller.signed_in()?;
    id.parse().map_err(|_| Error::NotFound("device login").into())
}

/// The page of the request: it says what was decided.
fn page_of(id: DeviceLoginId) -> Redirect {
    Redirect::to(&format!("/device?request={id}"))
}
