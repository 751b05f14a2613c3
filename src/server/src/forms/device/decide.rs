use axum::{
    extract::{Path, State},
    response::Redirect,
};
use flui_identity::Error;
use flui_model::DeviceLoginId;
use flui_web::Notice;

use crate::{app::App, failure::Failure, request::RequestContext};

/// `POST /device/{id}/approve`. A proof that grew old meanwhile leads back to the page, which offers a new one.
pub(crate) async fn approve(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
) -> Result<Redirect, Failure> {
    let id = read(&context, &id)?;
    match app
        .identity
        .approve_device_login(&context.caller, id, &context.client)
        .await
    {
        Ok(_) => Ok(done(Notice::DeviceApproved)),
        Err(Error::FreshSignInNeeded) => Ok(Redirect::to(&format!("/device?request={id}"))),
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
    Ok(done(Notice::DeviceDenied))
}

fn read(context: &RequestContext, id: &str) -> Result<DeviceLoginId, Failure> {
    context.caller.signed_in()?;
    id.parse().map_err(|_| Error::NotFound("device login").into())
}

fn done(notice: Notice) -> Redirect {
    Redirect::to(&format!("/device?notice={}", notice.word()))
}
