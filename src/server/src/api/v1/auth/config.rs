use axum::{Json, extract::State};
use flui_model::auth_config::{AuthConfig, LOOPBACK_PORTS};

use crate::app::App;

/// Tells how to sign in.
///
/// For anybody: the provider, the clients and the ports that a command line needs to know before anybody is signed in.
#[utoipa::path(
    get,
    path = "/api/v1/auth/config",
    operation_id = "getAuthConfig",
    tag = "Signing in",
    security(()),
    responses((status = 200, description = "How to sign in.", body = AuthConfig)),
)]
pub(super) async fn get(State(app): State<App>) -> Json<AuthConfig> {
    let oidc = &app.config.oidc;
    Json(AuthConfig {
        auth_mode: "oidc".to_owned(),
        issuer: oidc.issuer.clone(),
        client_id: oidc.client_id.clone(),
        cli_client_id: oidc.cli_client_id.clone(),
        scopes: oidc.scopes.clone(),
        loopback_ports: LOOPBACK_PORTS.to_vec(),
        device_login: true,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}
