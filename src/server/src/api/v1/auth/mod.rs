//! `/api/v1/auth`.

use axum::{
    Router,
    routing::{delete, get, post, put},
};

use crate::app::App;

mod api_key_groups;
mod api_keys;
mod config;
mod device;
mod me;
mod sessions;
mod sign_ins;

/// The routes below `/api/v1/auth`.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/auth/config", get(config::get))
        .route("/api/v1/auth/me", get(me::get))
        .route("/api/v1/auth/api-keys", post(api_keys::create).get(api_keys::list))
        .route("/api/v1/auth/api-keys/{id}", delete(api_keys::revoke))
        .route("/api/v1/auth/api-keys/{id}/networks", put(api_keys::change_networks))
        .route("/api/v1/auth/api-keys/{id}/rotate", post(api_keys::rotate))
        .route("/api/v1/auth/api-key-groups", get(api_key_groups::list))
        .route("/api/v1/auth/sessions", get(sessions::list))
        .route("/api/v1/auth/sessions/{id}", delete(sessions::end))
        .route("/api/v1/auth/sessions/end-others", post(sessions::end_others))
        .route("/api/v1/auth/device", post(device::begin))
        .route("/api/v1/auth/device/token", post(device::token))
        .route("/api/v1/auth/sign-ins/end", post(sign_ins::end))
}
