//! What every handler knows of its request, and the extractors that refuse malformed bodies in our words.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
};
use flui_identity::{Caller, Client};
use flui_model::ErrorCode;
use flui_web::Theme;
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Where a request came from, who is calling, and how its page is to look.
#[derive(Clone, Debug)]
pub(crate) struct RequestContext {
    /// Where from.
    pub(crate) client: Client,
    /// Who.
    pub(crate) caller: Caller,
    /// A bearer that is no key of ours: good for the exchange alone.
    pub(crate) bearer: Option<SecretString>,
    /// Whether a session cookie came that opens nothing any more.
    pub(crate) session_ended: bool,
    /// The theme chosen.
    pub(crate) theme: Theme,
    /// The nonce of this answer's Content-Security-Policy.
    pub(crate) nonce: String,
}

impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Failure::of_status(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::JsonDataError(error)) => Err(Failure::new(
                ErrorCode::UnknownField,
                format!(
                    "The body does not have the fields that belong here. {}",
                    plain(&error.body_text())
                ),
            )),
            Err(JsonRejection::JsonSyntaxError(_)) => Err(Failure::new(
                ErrorCode::BadRequest,
                "The body is not JSON. Check its syntax.",
            )),
            Err(other) => Err(Failure::of_status(other.status())),
        }
    }
}

/// A query string.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(error) => Err(Failure::new(
                ErrorCode::BadRequest,
                format!("The query cannot be read. {}", plain(&error.body_text())),
            )),
        }
    }
}

/// A form. Fields that come several times arrive as a list.
#[derive(Debug)]
pub(crate) struct Form<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        match axum_extra::extract::Form::<T>::from_request(request, state).await {
            Ok(axum_extra::extract::Form(form)) => Ok(Self(form)),
            Err(rejection) => {
                let status = axum::response::IntoResponse::into_response(rejection).status();
                Err(Failure::of_status(status))
            }
        }
    }
}

/// A library's words about foreign input: one short sentence without control characters.
fn plain(text: &str) -> String {
    let words: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    format!("{}.", words.trim_end_matches('.'))
}
