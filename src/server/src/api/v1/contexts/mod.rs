//! `/api/v1/contexts`: the installations and clusters that keys may be bound to.

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
