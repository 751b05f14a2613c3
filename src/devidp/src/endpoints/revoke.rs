//! `POST /oauth/v2/revoke` (RFC 7009)

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use crate::client_auth::authenticate;
use crate::oauth_error::OAuthError;
use crate::params::Params;
use crate::provider::Provider;

pub(super) async fn revoke(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    params: Params,
) -> Result<StatusCode, OAuthError> {
    let client = authenticate(&provider, &headers, &params)?;
    provider
        .lock()
        .grants
        .revoke_token(params.require("token")?, &client.id)?;
    Ok(StatusCode::OK)
}
