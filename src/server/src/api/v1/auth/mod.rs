//! `/api/v1/auth`.

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

mod api_key_groups;
mod api_keys;
mod config;
mod device;
mod introspect;
mod leaks;
mod me;
mod revoke;
mod sessions;
mod sign_ins;

/// The routes below `/api/v1/auth`.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(config::get))
        .routes(routes!(me::get))
        .routes(routes!(api_keys::create::create, api_keys::list::list))
        .routes(routes!(api_keys::revoke::revoke))
        .routes(routes!(api_keys::change_networks::change_networks))
        .routes(routes!(api_keys::rotate::rotate))
        .routes(routes!(api_key_groups::list))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(sessions::end_others))
        .routes(routes!(device::begin))
        .routes(routes!(device::token))
        .routes(routes!(sign_ins::end))
        .routes(routes!(introspect::introspect))
        .routes(routes!(revoke::revoke))
        .routes(routes!(leaks::report))
}
