//! `/api/v1`.

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

mod app_clients;
pub(crate) mod audit;
mod auth;
mod contexts;

/// All routes of this version, with what the OpenAPI document says of them.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(auth::routes())
        .merge(audit::routes())
        .merge(contexts::routes())
        .merge(app_clients::routes())
}
