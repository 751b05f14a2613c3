//! `GET /auth/login`: sends the browser to the provider.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use flui_identity::logins::LoginAttempt;
use flui_oidc::Ask;
use serde::Deserialize;
use tower_sessions::cookie::{Cookie, SameSite, time::Duration};

use crate::{
    app::App, auth::app::require_top_level, failure::Failure, local_path::local_path, middleware::cookies,
    request::Query,
};

#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    return_to: Option<String>,
    /// Any value asks for a new proof, whatever the provider remembers.
    fresh: Option<String>,
}

pub(crate) async fn login(
    State(app): State<App>,
    headers: HeaderMap,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Failure> {
    require_top_level(&headers)?;
    let return_to = local_path(parameters.return_to.as_deref());
    // Tabs that sign in at the same time share the browser's secret.
    let mut sent = cookies::values(&headers, app.cookies.login);
    let secret = match sent.pop() {
        Some(secret) if sent.is_empty() && is_browser_secret(&secret) => secret,
        _ => app.relying_party.new_browser_secret(),
    };
    let fresh = parameters
        .fresh
        .is_some()
        .then(|| u32::try_from(app.identity.policy().fresh_sign_in.as_secs()).unwrap_or(u32::MAX));
    let (attempt, provider) = app
        .relying_party
        .begin_login(&secret, &return_to, Ask { fresh })
        .await?;
    app.identity.open_login(&attempt).await?;

    let cookie = Cookie::build((app.cookies.login, secret))
        .path("/")
        .http_only(true)
        .secure(app.cookies.login.starts_with("__Host-"))
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(LoginAttempt::LIFE_SECONDS.into()))
        .build();
    let mut response = Redirect::to(provider.as_str()).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// 43 characters of unpadded URL-safe base64: 256 bits.
pub(crate) fn is_browser_secret(value: &str) -> bool {
    value.len() == 43
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
