//! `GET` and `POST /oidc/v1/userinfo` (Core, section 5.3)

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::documents;
use crate::provider::{self, Provider};
use crate::spoil::{self, Document, Facts, Kind};
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
            let claims = documents::userinfo(&provider, person, &token.scope);
            answer(&provider, &state, &token.grant.client_id, claims)
        }
        Some(_) => refused(
            StatusCode::FORBIDDEN,
            "Bearer error=\"insufficient_scope\", scope=\"openid\"",
        ),
        None => refused(StatusCode::UNAUTHORIZED, "Bearer error=\"invalid_token\""),
    }
}

/// Plain, or signed with issuer and audience (Core, section 5.3.2) when a switch wants that.
fn answer(provider: &Provider, state: &provider::State, client_id: &str, mut claims: Value) -> Response {
    if state.spoils.signs_userinfo() {
        claims["iss"] = json!(provider.issuer);
        claims["aud"] = json!(client_id);
        let header = documents::header(&state.keys, "JWT");
        let token = spoil::sign(provider, state, Kind::Userinfo, client_id, (header, claims));
        return ([(header::CONTENT_TYPE, "application/jwt")], token).into_response();
    }
    let facts = Facts {
        issuer: &provider.issuer,
        client_id,
        now: state.now(),
    };
    state
        .spoils
        .apply(Document::Claims(Kind::Userinfo), &mut claims, &facts);
    Json(claims).into_response()
}

/// RFC 6750, section 3.
fn refused(status: StatusCode, challenge: &'static str) -> Response {
    (status, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}
