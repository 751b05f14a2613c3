//! `POST /oauth/v2/token`

mod authorization_code;
mod client_credentials;
mod refresh_token;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::Value;

use crate::client_auth::authenticate;
use crate::oauth_error::OAuthError;
use crate::params::Params;
use crate::provider::Provider;

pub(super) async fn token(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Value>, OAuthError> {
    let client = authenticate(&provider, &headers, &params)?;
    let mut state = provider.lock();
    let answer = match params.require("grant_type")? {
        "authorization_code" => authorization_code::exchange(&provider, &mut state, &client, &params),
        "refresh_token" => refresh_token::exchange(&provider, &mut state, &client, &params),
        "client_credentials" => client_credentials::exchange(&provider, &mut state, &client, &params),
        other => Err(OAuthError::new(
            "unsupported_grant_type",
            format!("{other:?} is not known"),
        )),
    };
    answer.map(Json)
}
