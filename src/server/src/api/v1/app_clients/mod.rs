//! `/api/v1/app-clients`: apps that are registered as clients at the provider. For admins.

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

mod change;
mod create;
mod delete;
mod list;
mod show;

/// The routes of this noun.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, change::change, delete::delete))
}
