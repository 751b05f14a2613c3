//! A refresh token becomes new tokens, itself included (RFC 6749, section 6; Core, section 12).

use serde_json::Value;

use crate::clients::Client;
use crate::oauth_error::OAuthError;
use crate::params::Params;
use crate::provider::{Provider, State};
use crate::tokens::{self, has_scope};

/// Groups and names are read anew; a narrower `scope` holds for the new tokens alone.
pub(super) fn exchange(
    provider: &Provider,
    state: &mut State,
    client: &Client,
    params: &Params,
) -> Result<Value, OAuthError> {
    let now = state.now();
    let grant = state
        .grants
        .take_refresh_token(params.require("refresh_token")?, &client.id, now)?;
    let scope = params.get("scope").unwrap_or(&grant.scope);
    if let Some(wider) = scope.split(' ').find(|name| !has_scope(&grant.scope, name)) {
        return Err(OAuthError::new("invalid_scope", format!("{wider:?} was not granted")));
    }
    tokens::issue(provider, state, &grant, scope, None)
}
