//! `/api/v1/auth/device` and `/api/v1/auth/device/token`: a login for machines without a browser, in the shapes of
//! RFC 8628. Requests are forms, and names are those of the standard.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The grant type of [`RedeemDeviceLogin`] (RFC 8628, section 3.4).
pub const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// `POST /api/v1/auth/device`: a command line that wants a workstation key (RFC 8628, section 3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BeginDeviceLogin {
    /// The command line's client, as `auth/config` calls it.
    pub client_id: String,
    /// The S256 challenge of a proof key (RFC 7636, section 4.2): only who knows its verifier can redeem.
    pub code_challenge: String,
    /// The machine's name, in its own words.
    pub machine_name: String,
    /// The machine's operating system, in its own words.
    pub machine_os: String,
    /// The name that the key is to have.
    pub key_name: String,
}

/// The answer (RFC 8628, section 3.2). There is no `verification_uri_complete`: the person types the code, so that
/// nobody approves by following a link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeviceAuthorization {
    /// What the command line asks with.
    pub device_code: String,
    /// What the person types.
    pub user_code: String,
    /// Where the person types it.
    pub verification_uri: String,
    /// Seconds until both codes are worthless.
    pub expires_in: u64,
    /// Seconds to wait between questions.
    pub interval: u64,
}

impl fmt::Debug for DeviceAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceAuthorization")
            .field("verification_uri", &self.verification_uri)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// `POST /api/v1/auth/device/token`: asks whether the person has decided (RFC 8628, section 3.4).
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RedeemDeviceLogin {
    /// [`DEVICE_GRANT`].
    pub grant_type: String,
    /// The device code.
    pub device_code: String,
    /// The verifier of the proof key (RFC 7636, section 4.5).
    pub code_verifier: String,
}

impl fmt::Debug for RedeemDeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedeemDeviceLogin")
            .field("grant_type", &self.grant_type)
            .finish_non_exhaustive()
    }
}

/// A refusal of either (RFC 6749, section 5.2; RFC 8628, section 3.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeviceLoginError {
    /// The stable word.
    pub error: DeviceErrorCode,
    /// What it means, for people.
    pub error_description: String,
}

/// The words of [`DeviceLoginError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeviceErrorCode {
    /// Nobody has decided yet: ask again after the interval.
    AuthorizationPending,
    /// Asked too soon: ask again, with five seconds more between questions from now on.
    SlowDown,
    /// The time is over.
    ExpiredToken,
    /// The person said no.
    AccessDenied,
    /// The device code or the verifier is unknown, or bought a key already.
    InvalidGrant,
    /// The client is not the command line.
    InvalidClient,
    /// A field is missing or holds what it may not hold.
    InvalidRequest,
    /// The grant type is another one.
    UnsupportedGrantType,
}
