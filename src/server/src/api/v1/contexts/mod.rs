//! `/api/v1/contexts`: the installations and clusters that keys may be bound to.

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
        .route("/api/v1/contexts", get(list::list).post(create::create))
        .route(
            "/api/v1/contexts/{name}",
            get(show::show).put(change::change).delete(delete::delete),
        )
}
