//! `/api/v1/app-clients`: apps that are registered as clients at the provider. For admins.

use axum::{Router, routing::get};

use crate::app::App;

mod change;
mod create;
mod delete;
mod list;
mod show;

/// The routes of this noun.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/app-clients", get(list::list).post(create::create))
        .route(
            "/api/v1/app-clients/{id}",
            get(show::show).put(change::change).delete(delete::delete),
        )
}
