//! A client gets a token for itself (RFC 6749, section 4.4). No person is in it.

use serde_json::Value;

use crate::authorization::granted_scope;
use crate::clients::Client;
use crate::grants::Grant;
use crate::oauth_error::OAuthError;
use crate::params::Params;
use crate::provider::{Provider, State};
use crate::{random, tokens};

pub(super) fn exchange(
    provider: &Provider,
    state: &mut State,
    client: &Client,
    params: &Params,
) -> Result<Value, OAuthError> {
    if client.secret.is_none() {
        return Err(OAuthError::new(
            "unauthorized_client",
            "a public client cannot act for itself",
        ));
    }
    let grant = Grant {
        id: random::name(),
        client_id: client.id.clone(),
        scope: granted_scope(params.get("scope").unwrap_or_default()),
        proof: None,
    };
    tokens::issue(provider, state, &grant, &grant.scope, None)
}
