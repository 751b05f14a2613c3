//! `POST /oauth/v2/introspect` (RFC 7662)

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::Value;

use crate::client_auth::authenticate_confidential;
use crate::documents;
use crate::oauth_error::OAuthError;
use crate::params::Params;
use crate::provider::Provider;
use crate::spoil::{Document, Facts};
use crate::tokens::live_access_token;

/// Tells a client with a secret what an access token of this provider says, whichever client it was issued to.
pub(super) async fn introspect(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Value>, OAuthError> {
    let client = authenticate_confidential(&provider, &headers, &params)?;
    let text = params.require("token")?;
    let state = provider.lock();
    let mut answer = match live_access_token(&state, text) {
        Some((token, person)) => documents::introspection(&provider, token, person),
        None => documents::inactive(),
    };
    let facts = Facts {
        issuer: &provider.issuer,
        client_id: &client.id,
        now: state.now(),
    };
    state.spoils.apply(Document::Introspection, &mut answer, &facts);
    Ok(Json(answer))
}
