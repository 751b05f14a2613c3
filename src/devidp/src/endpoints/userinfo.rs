//! `GET` and `POST /oidc/v1/userinfo` (Core, section 5.3)

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::documents;
use crate::provider::Provider;
use crate::tokens::{has_scope, live_access_token};

pub(super) async fn show(State(provider): State<Arc<Provider>>, headers: HeaderMap) -> Response {
    let Some(text) = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, text)| text)
    else {
        return refused(StatusCode::UNAUTHORIZED, "Bearer");
    };
    let state = provider.lock();
    match live_access_token(&state, text) {
        Some((token, Some(person))) if has_scope(&token.scope, "openid") => {
            Json(documents::userinfo(&provider, person, &token.scope)).into_response()
        }
        Some(_) => refused(
            StatusCode::FORBIDDEN,
            "Bearer error=\"insufficient_scope\", scope=\"openid\"",
        ),
        None => refused(StatusCode::UNAUTHORIZED, "Bearer error=\"invalid_token\""),
    }
}

/// RFC 6750, section 3.
fn refused(status: StatusCode, challenge: &'static str) -> Response {
    (status, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}
