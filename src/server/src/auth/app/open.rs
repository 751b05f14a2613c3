//! `GET /auth/app`, on the dashboard's host: gives a browser that is signed in the code that opens an app for it.

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Redirect,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use flui_identity::{
    SecretHash,
    apps::{self, AppTarget, is_return_path},
};
use flui_model::ErrorCode;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::require_top_level;
use crate::{
    app::App,
    failure::Failure,
    request::{Query, RequestContext},
};

/// The path of this page, to which a sign-in may come back.
pub(crate) const PATH: &str = "/auth/app";

#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    host: String,
    challenge: String,
    #[serde(rename = "return")]
    return_to: String,
}

pub(crate) async fn open(
    State(app): State<App>,
    context: RequestContext,
    headers: HeaderMap,
    uri: Uri,
    Query(parameters): Query<Parameters>,
) -> Result<Redirect, Failure> {
    require_top_level(&headers)?;
    let (found, target) = read(&app, parameters).ok_or_else(|| {
        Failure::new(
            ErrorCode::BadRequest,
            "This address leads to no app of this installation. Open the app itself.",
        )
    })?;
    if context.caller.signed_in().is_err() {
        let here = uri.path_and_query().map_or(PATH, |target| target.as_str());
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("return_to", here)
            .finish();
        return Ok(Redirect::to(&format!("/auth/login?{query}")));
    }
    let origin = found.origin(&target.host);
    let code = app
        .identity
        .open_app(&context.caller, found, target, &context.client)
        .await?;
    Ok(Redirect::to(&format!(
        "{origin}/.flui/callback?code={}",
        code.expose_secret()
    )))
}

/// The app and the target, if the host is exactly that of an app in its one form.
fn read(app: &App, parameters: Parameters) -> Option<(&apps::App, AppTarget)> {
    let canonical = apps::canonical_host(&parameters.host, true)?;
    let found = app
        .config
        .apps
        .find(&parameters.host)
        .filter(|_| canonical == parameters.host)?;
    let challenge: [u8; 32] = BASE64_URL_SAFE_NO_PAD
        .decode(parameters.challenge)
        .ok()?
        .try_into()
        .ok()?;
    let target = AppTarget {
        host: parameters.host,
        challenge: SecretHash::from_bytes(challenge),
        return_to: parameters.return_to,
    };
    is_return_path(&target.return_to).then_some((found, target))
}
