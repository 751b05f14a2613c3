//! `POST /oidc/v1/register` (RFC 7591), and `GET`, `PUT` and `DELETE` of what it made (RFC 7592)

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq as _;

use crate::oauth_error::OAuthError;
use crate::provider::Provider;

pub(super) async fn create(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    Json(metadata): Json<Map<String, Value>>,
) -> Response {
    let is_known = provider
        .registration_token
        .as_ref()
        .zip(bearer(&headers))
        .is_some_and(|(token, sent)| token.as_bytes().ct_eq(sent.as_bytes()).into());
    if !is_known {
        return invalid_token();
    }
    match provider.registrations().add(&provider.issuer, metadata) {
        Ok(answer) => (StatusCode::CREATED, Json(answer)).into_response(),
        Err(error) => error.into_response(),
    }
}

pub(super) async fn show(
    State(provider): State<Arc<Provider>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let token = bearer(&headers).unwrap_or_default();
    match provider.registrations().show(&provider.issuer, &id, token) {
        Some(answer) => Json(answer).into_response(),
        None => invalid_token(),
    }
}

pub(super) async fn replace(
    State(provider): State<Arc<Provider>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(metadata): Json<Map<String, Value>>,
) -> Response {
    let token = bearer(&headers).unwrap_or_default();
    let replaced = provider.registrations().replace(&provider.issuer, &id, token, metadata);
    match replaced {
        Some(answer) => answer
            .map(Json)
            .map_or_else(OAuthError::into_response, axum::response::IntoResponse::into_response),
        None => invalid_token(),
    }
}

pub(super) async fn remove(
    State(provider): State<Arc<Provider>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let token = bearer(&headers).unwrap_or_default();
    if provider.registrations().remove(&id, token) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        invalid_token()
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// RFC 6750, section 3.1.
fn invalid_token() -> Response {
    let body = Json(json!({ "error": "invalid_token", "error_description": "the token is missing or not good" }));
    let mut response = (StatusCode::UNAUTHORIZED, body).into_response();
    response.headers_mut().insert(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer error=\"invalid_token\""),
    );
    response
}
