//! The API described: as a document for programs, and as a page for people. For anybody.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse},
};

use super::openapi;
use crate::{app::App, pages};

/// `GET /api/openapi.json`.
pub(super) async fn document() -> impl IntoResponse {
    let content_type = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, content_type)], openapi::openapi())
}

/// `GET /api/docs`: the same to read, made here, so that it loads nothing from elsewhere and works without script.
pub(super) async fn page(State(app): State<App>, headers: HeaderMap) -> Html<String> {
    let theme = pages::theme(&headers);
    Html(flui_web::api_page(&app.page_settings, theme, openapi::document()))
}
