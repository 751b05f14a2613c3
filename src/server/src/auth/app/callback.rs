//! `GET /.flui/callback`, on an app's host: takes the code and sets the cookie of this host.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use flui_identity::Client;
use flui_model::ErrorCode;
use serde::Deserialize;

use super::{AtApp, cookies::AppCookies, require_top_level};
use crate::{app::App, failure::Failure, middleware::cookies, request::Query};

#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    code: String,
}

pub(super) async fn callback(
    State(app): State<App>,
    Extension(at): Extension<AtApp>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Failure> {
    require_top_level(&headers)?;
    let lost = || {
        Failure::new(
            ErrorCode::LoginStateLost,
            "This sign-in was finished already, took longer than half a minute, or began in another browser. Start again.",
        )
    };
    let names = AppCookies::of(&at.app);
    let secrets = cookies::values(&headers, names.start);
    let [secret] = secrets.as_slice() else {
        return Err(lost());
    };
    let begun = app
        .identity
        .begin_app_session(&at.app, &parameters.code, secret, &at.host, &client)
        .await?
        .ok_or_else(lost)?;
    let address = format!("{}{}", at.app.origin(&at.host), begun.return_to);
    let mut response = Redirect::to(&address).into_response();
    for cookie in [names.set_session(&begun.secret), names.clear_start()]
        .into_iter()
        .flatten()
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
