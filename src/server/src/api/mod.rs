//! The HTTP API. One endpoint per file, in the order of the contract; `openapi` describes them all.

use axum::{Router, routing::get};

use crate::app::App;

mod docs;
mod openapi;
pub(crate) mod v1;

pub use openapi::openapi;

/// The API and what describes it.
pub(crate) fn routes() -> Router<App> {
    Router::from(v1::routes())
        .route("/api/openapi.json", get(docs::document))
        .route("/api/docs", get(docs::page))
}
