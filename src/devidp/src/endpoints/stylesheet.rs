//! `GET /style.css`

use axum::http::{HeaderName, header};

use crate::pages;

pub(super) async fn show() -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], pages::STYLESHEET)
}
