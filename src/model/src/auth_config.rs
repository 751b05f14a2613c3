//! `GET /api/v1/auth/config`: what a client must know before anybody is signed in.

use serde::{Deserialize, Serialize};

/// How to sign in to this installation. Public, and free of secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuthConfig {
    /// Always `oidc`: identity belongs to an OpenID provider.
    pub auth_mode: String,
    /// The provider's issuer, byte for byte.
    pub issuer: String,
    /// The dashboard's client at the provider.
    pub client_id: String,
    /// The command line's public client at the provider.
    pub cli_client_id: String,
    /// The scopes to ask the provider for.
    pub scopes: Vec<String>,
    /// The loopback ports whose callback addresses are registered at the provider (RFC 8252, 7.3).
    pub loopback_ports: Vec<u16>,
    /// Whether the device login (RFC 8628) is served.
    pub device_login: bool,
    /// The version of the dashboard.
    pub version: String,
}

/// The ports that Flui's command line listens on during a login.
pub const LOOPBACK_PORTS: [u16; 5] = [8899, 8900, 8901, 8902, 8910];
