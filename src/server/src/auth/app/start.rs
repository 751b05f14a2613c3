//! `GET /.flui/start`, on an app's host: sends the browser to the dashboard, bound to this host by a secret of its own.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use flui_identity::{SecretHash, apps::is_return_path};
use serde::Deserialize;

use super::{AtApp, cookies::AppCookies, require_top_level};
use crate::{app::App, auth::login::is_browser_secret, failure::Failure, middleware::cookies, request::Query};

#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    #[serde(rename = "return")]
    return_to: Option<String>,
}

pub(super) async fn start(
    State(app): State<App>,
    Extension(at): Extension<AtApp>,
    headers: HeaderMap,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Failure> {
    require_top_level(&headers)?;
    let return_to = parameters.return_to.filter(|target| is_return_path(target));
    let names = AppCookies::of(&at.app);
    // Tabs that sign in at the same time share the browser's secret.
    let mut sent = cookies::values(&headers, names.start);
    let secret = match sent.pop() {
        Some(secret) if sent.is_empty() && is_browser_secret(&secret) => secret,
        _ => app.relying_party.new_browser_secret(),
    };
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(SecretHash::of(&secret).as_bytes());
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("host", &at.host)
        .append_pair("challenge", &challenge)
        .append_pair("return", return_to.as_deref().unwrap_or("/"))
        .finish()
        // A star is plain in a form and odd in an address of ours.
        .replace('*', "%2A");
    let mut response = Redirect::to(&format!("{}/auth/app?{query}", app.public_origin)).into_response();
    if let Some(cookie) = names.set_start(&secret) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
