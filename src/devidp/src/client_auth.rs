//! Which client is calling (RFC 6749, section 2.3).

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;

use crate::clients::Client;
use crate::oauth_error::OAuthError;
use crate::params::Params;
use crate::provider::Provider;

/// The client that calls: a confidential one by its secret, in the header or in the form but not in both; a public one
/// by its id alone.
pub(crate) fn authenticate(provider: &Provider, headers: &HeaderMap, params: &Params) -> Result<Client, OAuthError> {
    let (id, secret) = match headers.get(header::AUTHORIZATION) {
        Some(value) => {
            if params.get("client_secret").is_some() {
                return Err(OAuthError::invalid_request(
                    "the client authenticates in two ways at once",
                ));
            }
            let (id, secret) = value
                .to_str()
                .ok()
                .and_then(basic)
                .ok_or_else(|| OAuthError::invalid_client("the Authorization header is not readable as Basic"))?;
            if params.get("client_id").is_some_and(|named| named != id) {
                return Err(OAuthError::invalid_request(
                    "the header and `client_id` name different clients",
                ));
            }
            (id, Some(secret))
        }
        None => (
            params.require("client_id")?.to_owned(),
            params.get("client_secret").map(str::to_owned),
        ),
    };
    let client = provider
        .client(&id)
        .ok_or_else(|| OAuthError::invalid_client("this client is not known"))?;
    match (&client.secret, secret) {
        (None, None) => Ok(client),
        (Some(kept), Some(sent)) if bool::from(kept.as_bytes().ct_eq(sent.as_bytes())) => Ok(client),
        (Some(_), _) => Err(OAuthError::invalid_client("the client's secret is missing or wrong")),
        (None, Some(_)) => Err(OAuthError::invalid_client("a public client has no secret")),
    }
}

/// As [`authenticate`], for endpoints that only a client with a secret may call.
pub(crate) fn authenticate_confidential(
    provider: &Provider,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Client, OAuthError> {
    let client = authenticate(provider, headers, params)?;
    if client.secret.is_none() {
        return Err(OAuthError::invalid_client("only a client with a secret may ask this"));
    }
    Ok(client)
}

/// Id and secret are form-encoded before they are joined (RFC 6749, section 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let joined = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = joined.split_once(':')?;
    Some((form_decoded(id)?, form_decoded(secret)?))
}

fn form_decoded(text: &str) -> Option<String> {
    // A bare `&` cannot come out of form encoding: it would begin a second pair.
    let pair = format!("v={text}");
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    let (_, value) = pairs.next()?;
    pairs.next().is_none().then(|| value.into_owned())
}
