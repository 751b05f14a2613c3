//! Issuing tokens for a grant.

use serde_json::Value;

use crate::documents;
use crate::grants::{AccessToken, Grant};
use crate::oauth_error::OAuthError;
use crate::options::AccessTokens;
use crate::people::Person;
use crate::provider::{Provider, State};
use crate::random;
use crate::spoil::{self, Document, Facts, Kind};

/// The tokens to hand out, before they become an answer.
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) expires_in: i64,
    pub(crate) scope: String,
    pub(crate) id_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
}

/// Whether `scope` names `wanted`.
pub(crate) fn has_scope(scope: &str, wanted: &str) -> bool {
    scope.split(' ').any(|name| name == wanted)
}

/// Makes the tokens of a grant and answers with them. An ID token comes with `openid`, a refresh token with
/// `offline_access` (Core, section 11); `nonce` goes into the ID token of a code alone (Core, section 12.2). Refused with
/// `invalid_grant` when the person is disabled.
pub(crate) fn issue(
    provider: &Provider,
    state: &mut State,
    grant: &Grant,
    scope: &str,
    nonce: Option<&str>,
) -> Result<Value, OAuthError> {
    let now = state.now();
    let person = match &grant.proof {
        None => None,
        Some(proof) => Some(
            state
                .people
                .enabled(&proof.login)
                .cloned()
                .ok_or_else(|| OAuthError::invalid_grant("this person is disabled"))?,
        ),
    };
    let access = AccessToken {
        grant: grant.clone(),
        scope: scope.to_owned(),
        jti: random::name(),
        issued: now,
        expires: now.saturating_add(provider.token_lifetime),
    };
    let access_token = match provider.access_tokens {
        AccessTokens::Opaque => random::secret(),
        AccessTokens::Jwt => {
            let token = documents::access_token(provider, &state.keys, &access, person.as_ref());
            spoil::sign(provider, state, Kind::Access, &grant.client_id, token)
        }
    };
    state.grants.add_access_token(access_token.clone(), access);

    let id_token = match (&grant.proof, &person) {
        (Some(proof), Some(person)) if has_scope(scope, "openid") => {
            let token = documents::id_token(
                provider,
                state,
                &documents::SignedIn {
                    client_id: &grant.client_id,
                    proof,
                    person,
                    scope,
                    nonce,
                    access_token: &access_token,
                },
            );
            Some(spoil::sign(provider, state, Kind::Id, &grant.client_id, token))
        }
        _ => None,
    };
    let refresh_token = (person.is_some() && has_scope(scope, "offline_access"))
        .then(|| state.grants.add_refresh_token(grant.clone(), now));
    let mut answer = documents::token_response(Issued {
        access_token,
        expires_in: provider.token_lifetime,
        scope: scope.to_owned(),
        id_token,
        refresh_token,
    });
    let facts = Facts {
        issuer: &provider.issuer,
        client_id: &grant.client_id,
        now,
    };
    state.spoils.apply(Document::TokenAnswer, &mut answer, &facts);
    Ok(answer)
}

/// The live access token with this text and its person. Nothing when it is unknown, expired, revoked, or its person is
/// disabled.
pub(crate) fn live_access_token<'a>(state: &'a State, text: &str) -> Option<(&'a AccessToken, Option<&'a Person>)> {
    let token = state.grants.access_token(text, state.now())?;
    match &token.grant.proof {
        None => Some((token, None)),
        Some(proof) => Some((token, Some(state.people.enabled(&proof.login)?))),
    }
}
