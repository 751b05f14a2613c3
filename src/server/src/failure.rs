//! Answers that say no. Handlers return a [`Failure`]; `middleware::errors` writes it down as problem+json for programs
//! and as a page for people.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use flui_identity::{Error, device_logins::DeviceLogin};
use flui_model::{ErrorCode, FieldError, SignInId, Timestamp};
use flui_oidc::ProviderError;

/// Why a request was refused or failed: what its answer may tell.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The stable code, which brings the status.
    pub(crate) code: ErrorCode,
    /// What happened, why, and what to do next.
    pub(crate) detail: String,
    /// The fields at fault.
    pub(crate) errors: Vec<FieldError>,
    /// The key that came with the request, when it is known and refused, and since when it is.
    pub(crate) key: Option<(SignInId, Option<Timestamp>)>,
    /// Seconds after which trying again makes sense.
    pub(crate) retry_after: Option<u32>,
}

impl Failure {
    /// A failure with this code and words.
    pub(crate) fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            key: None,
            retry_after: None,
        }
    }

    /// The failure behind a bare status, such as the router's own 404.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => (
                ErrorCode::NotFound,
                "There is nothing at this address. Check it, or start at the overview.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => (
                ErrorCode::MethodNotAllowed,
                "This address does not answer to that method.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (ErrorCode::TooLarge, "The request is larger than 64 kB. Send less."),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (
                ErrorCode::UnsupportedMediaType,
                "Send JSON as application/json, and forms as application/x-www-form-urlencoded.",
            ),
            StatusCode::UNPROCESSABLE_ENTITY => (
                ErrorCode::UnknownField,
                "The body does not have the fields that belong here.",
            ),
            StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => (
                ErrorCode::TimedOut,
                "The request took longer than 30 seconds. Try again.",
            ),
            status if status.is_client_error() => (
                ErrorCode::BadRequest,
                "The request cannot be read. Check it and try again.",
            ),
            _ => (
                ErrorCode::Internal,
                "Something broke here; nothing that you did. Try again, and give the request id to whoever runs this.",
            ),
        };
        Self::new(code, detail)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = error.code();
        let mut failure = match &error {
            Error::Store(cause) => {
                tracing::error!(error = %cause, source = ?std::error::Error::source(cause), "the store failed");
                if code == ErrorCode::StoreUnavailable {
                    Self::new(
                        code,
                        "The database cannot be reached. Nothing was changed; try again shortly.",
                    )
                } else {
                    Self::of_status(StatusCode::INTERNAL_SERVER_ERROR)
                }
            }
            _ => Self::new(code, error.to_string()),
        };
        match error {
            Error::Invalid(errors) => failure.errors = errors,
            Error::KeyRefused(refused) => failure.key = Some((refused.id, refused.since())),
            _ => {}
        }
        match code {
            ErrorCode::StoreUnavailable => failure.retry_after = Some(5),
            ErrorCode::ProviderUnavailable => failure.retry_after = Some(10),
            // Of device logins: wrong codes count for as long as one of them lives.
            ErrorCode::TooManyRequests => failure.retry_after = u32::try_from(DeviceLogin::LIFE.as_secs()).ok(),
            _ => {}
        }
        failure
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        tracing::warn!(%error, "the provider failed");
        match error {
            ProviderError::Unavailable(_) => Self {
                retry_after: Some(10),
                ..Self::new(
                    ErrorCode::ProviderUnavailable,
                    "The sign-in provider cannot be reached. Live sessions and keys go on; try to sign in again shortly.",
                )
            },
            ProviderError::Bad(_) => Self::new(
                ErrorCode::ProviderFailed,
                "The sign-in provider answered in a way that is not safe to accept. Whoever runs this finds the cause in the log.",
            ),
        }
    }
}
