//! `GET` and `POST /oidc/v1/end_session` (RP-Initiated Logout)

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use serde_json::Value;

use super::sign_out::{Destination, finish};
use crate::pages;
use crate::params::Params;
use crate::provider::{self, Provider};
use crate::sessions;

/// Ends the browser's session at once when the hint is of that very session, else asks the person.
pub(super) async fn end_session(State(provider): State<Arc<Provider>>, jar: CookieJar, params: Params) -> Response {
    // Named, so that the lock is free before the clients are told.
    let next = decide(&provider, &provider.lock(), &jar, &params);
    match next {
        Next::Show(page) => *page,
        Next::Finish(destination) => finish(&provider, jar, &destination).await,
    }
}

enum Next {
    Show(Box<Response>),
    Finish(Destination),
}

fn decide(provider: &Provider, state: &provider::State, jar: &CookieJar, params: &Params) -> Next {
    let show = |page| Next::Show(Box::new(page));
    let hint = match params.get("id_token_hint") {
        None => None,
        Some(text) => match state.keys.read_own_id_token(&provider.issuer, text) {
            Some(claims) => Some(claims),
            None => {
                return show(pages::refused(
                    "The application sent an ID token that is not of this provider.",
                ));
            }
        },
    };
    let of_hint = |name| {
        hint.as_ref()
            .and_then(|claims| claims.get(name))
            .and_then(Value::as_str)
    };
    let client_id = match (params.get("client_id"), of_hint("aud")) {
        (Some(named), Some(hinted)) if named != hinted => {
            return show(pages::refused(
                "The application named itself and sent another application's ID token.",
            ));
        }
        (named, hinted) => named.or(hinted),
    };
    let destination = match Destination::read(provider, client_id, params) {
        Ok(destination) => destination,
        Err(words) => return show(pages::refused(words)),
    };
    let session = sessions::secret_of(jar).and_then(|secret| state.sessions.find(secret, state.now()));
    match session {
        Some(session) if of_hint("sid") != Some(&session.sid) => {
            let name = state
                .people
                .find(&session.login)
                .map_or(session.login.as_str(), |person| &person.name);
            show(pages::confirm_sign_out(name, &destination.fields()))
        }
        _ => Next::Finish(destination),
    }
}
