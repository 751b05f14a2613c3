//! Forms of the pages: ordinary POST routes beside their pages, good without any script.

use axum::{Router, routing::post};

use crate::app::App;

mod calendar;
mod keys;
mod sign_ins;
mod theme;

/// All form routes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/keys/calendar", post(calendar::create))
        .route("/keys/calendar/remove", post(calendar::remove))
        .route("/keys/new", post(keys::create))
        .route("/keys/{id}/revoke", post(keys::revoke))
        .route("/sign-ins/{id}/end", post(sign_ins::end))
        .route("/sign-ins/end-others", post(sign_ins::end_others))
        .route("/theme", post(theme::choose))
}
