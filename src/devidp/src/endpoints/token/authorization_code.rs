//! A code becomes tokens (RFC 6749, section 4.1.3; RFC 7636, section 4.5).

use serde_json::Value;

use crate::clients::Client;
use crate::oauth_error::OAuthError;
use crate::params::Params;
use crate::provider::{Provider, State};
use crate::tokens;

pub(super) fn exchange(
    provider: &Provider,
    state: &mut State,
    client: &Client,
    params: &Params,
) -> Result<Value, OAuthError> {
    let code = params.require("code")?;
    let redirect_uri = params.require("redirect_uri")?;
    let verifier = params.require("code_verifier")?;
    let verifier = (!state.spoils.ignores_pkce()).then_some(verifier);
    let now = state.now();
    let grant = state.grants.redeem(code, &client.id, redirect_uri, verifier, now)?;
    let nonce = grant.proof.as_ref().and_then(|proof| proof.nonce.as_deref());
    tokens::issue(provider, state, &grant, &grant.scope, nonce)
}
