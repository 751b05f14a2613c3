//! `/api/v1/auth/device`: logins of machines without a browser, in the shapes of RFC 8628.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use flui_identity::{
    Error, SecretHash,
    device_logins::{BeginDevice, DeviceLogin, Redeemed},
};
use flui_model::{
    api_keys::{CreatedApiKey, Machine},
    device_logins::{
        BeginDeviceLogin, DEVICE_GRANT, DeviceAuthorization, DeviceErrorCode, DeviceLoginError, RedeemDeviceLogin,
    },
};
use secrecy::ExposeSecret;

use crate::{
    app::App,
    failure::Failure,
    request::{Form, RequestContext},
};

/// Begins a login of a machine without a browser.
///
/// For anybody (RFC 8628, section 3.1). It opens nothing until a person approves it at `verification_uri`.
#[utoipa::path(
    post,
    path = "/api/v1/auth/device",
    operation_id = "beginDeviceLogin",
    tag = "Signing in",
    security(()),
    request_body(content = BeginDeviceLogin, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The codes.", body = DeviceAuthorization),
        (status = 400, description = "The request is not right.", body = DeviceLoginError),
    ),
)]
pub(super) async fn begin(
    State(app): State<App>,
    context: RequestContext,
    form: Result<Form<BeginDeviceLogin>, Failure>,
) -> Result<Response, Failure> {
    let Ok(Form(wanted)) = form else {
        return Ok(malformed());
    };
    if wanted.client_id != app.config.oidc.cli_client_id {
        return Ok(no(
            DeviceErrorCode::InvalidClient,
            "The client_id is not that of the command line.",
        ));
    }
    let Some(challenge) = read_challenge(&wanted.code_challenge) else {
        return Ok(no(
            DeviceErrorCode::InvalidRequest,
            "The code_challenge must be of method S256: 43 characters of base64url.",
        ));
    };
    let wanted = BeginDevice {
        challenge,
        key_name: wanted.key_name,
        machine: Machine {
            name: wanted.machine_name,
            os: wanted.machine_os,
        },
    };
    match app.identity.begin_device_login(wanted, &context.client).await {
        Ok(begun) => Ok(Json(DeviceAuthorization {
            device_code: begun.device_code.expose_secret().to_owned(),
            user_code: begun.user_code.expose_secret().to_owned(),
            verification_uri: format!("{}/device", app.public_origin),
            expires_in: DeviceLogin::LIFE.as_secs(),
            interval: DeviceLogin::INTERVAL.as_secs(),
        })
        .into_response()),
        Err(error @ Error::Invalid(_)) => Ok(no(DeviceErrorCode::InvalidRequest, &error.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// Asks for the key of a login that was begun.
///
/// For whoever holds the device code and its proof key (RFC 8628, section 3.4).
#[utoipa::path(
    post,
    path = "/api/v1/auth/device/token",
    operation_id = "redeemDeviceLogin",
    tag = "Signing in",
    security(()),
    request_body(content = RedeemDeviceLogin, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A workstation key, in clear this once.", body = CreatedApiKey),
        (status = 400, description = "Not yet, or no: `error` says which.", body = DeviceLoginError),
    ),
)]
pub(super) async fn token(
    State(app): State<App>,
    context: RequestContext,
    form: Result<Form<RedeemDeviceLogin>, Failure>,
) -> Result<Response, Failure> {
    let Ok(Form(wanted)) = form else {
        return Ok(malformed());
    };
    if wanted.grant_type != DEVICE_GRANT {
        return Ok(no(
            DeviceErrorCode::UnsupportedGrantType,
            "Only device codes are redeemed here.",
        ));
    }
    let redeemed = app
        .identity
        .redeem_device_login(&wanted.device_code, &wanted.code_verifier, &context.client)
        .await?;
    Ok(match redeemed {
        Redeemed::Created(created) => Json(created.view(app.identity.policy())).into_response(),
        Redeemed::Pending => no(
            DeviceErrorCode::AuthorizationPending,
            "Nobody has decided yet. Ask again later.",
        ),
        Redeemed::TooSoon => no(
            DeviceErrorCode::SlowDown,
            "Nobody has decided yet. Wait five seconds longer between questions from now on.",
        ),
        Redeemed::Expired => no(DeviceErrorCode::ExpiredToken, "Nobody decided in time. Begin anew."),
        Redeemed::Denied => no(
            DeviceErrorCode::AccessDenied,
            "The login was turned away on the dashboard.",
        ),
        Redeemed::Unknown => no(
            DeviceErrorCode::InvalidGrant,
            "The device code or its proof key is unknown, or bought a key already.",
        ),
    })
}

/// The S256 challenge is the hash of the verifier, in base64url (RFC 7636, section 4.2).
fn read_challenge(text: &str) -> Option<SecretHash> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    bytes.try_into().ok().map(SecretHash::from_bytes)
}

fn malformed() -> Response {
    no(
        DeviceErrorCode::InvalidRequest,
        "Send a form with all the fields, each of them once.",
    )
}

/// A refusal (RFC 6749, section 5.2).
fn no(error: DeviceErrorCode, description: &str) -> Response {
    let body = DeviceLoginError {
        error,
        error_description: description.to_owned(),
    };
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
