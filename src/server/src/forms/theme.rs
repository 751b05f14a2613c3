use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use flui_model::ErrorCode;
use flui_web::Theme;
use serde::Deserialize;
use tower_sessions::cookie::{Cookie, SameSite};

use crate::{app::App, failure::Failure, local_path::local_path, pages::THEME_COOKIE, request::Form};

#[derive(Debug, Deserialize)]
pub(crate) struct Body {
    theme: String,
    return_to: Option<String>,
}

/// `POST /theme`: remembers the theme in a cookie, so that the server renders it and nothing flashes.
pub(crate) async fn choose(State(app): State<App>, Form(body): Form<Body>) -> Result<Response, Failure> {
    let theme = Theme::from_word(&body.theme)
        .ok_or_else(|| Failure::new(ErrorCode::BadRequest, "Choose auto, light or dark."))?;
    let cookie = Cookie::build((THEME_COOKIE, theme.as_str()))
        .path("/")
        .secure(app.cookies.session.starts_with("__Host-"))
        .http_only(true)
        .same_site(SameSite::Lax)
        .permanent()
        .build();
    let mut response = Redirect::to(&local_path(body.return_to.as_deref())).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
