//! `/api/v1`.

use axum::Router;

use crate::app::App;

mod app_clients;
pub(crate) mod audit;
mod auth;
mod contexts;

/// All routes of this version.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(auth::routes())
        .merge(audit::routes())
        .merge(contexts::routes())
        .merge(app_clients::routes())
}
