//! `GET` and `POST /login`: the form in which a person says who they are.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;

use crate::backchannel;
use crate::pages;
use crate::params::Params;
use crate::provider::{self, Provider};
use crate::sessions::{self, Session};

const GONE: &str = "This sign-in is over or too old. Go back to the application and begin again.";

pub(super) async fn show(State(provider): State<Arc<Provider>>, params: Params) -> Response {
    let state = provider.lock();
    let id = params.get("request").unwrap_or_default();
    match state.logins.find(id, state.now()) {
        None => pages::refused(GONE),
        Some(request) => pages::login(
            id,
            &request.client_id,
            request.login_hint.as_deref().unwrap_or_default(),
            None,
        ),
    }
}

pub(super) async fn sign_in(State(provider): State<Arc<Provider>>, jar: CookieJar, params: Params) -> Response {
    let (answer, ended) = decide(&provider, &mut provider.lock(), jar, &params);
    backchannel::tell_clients(&provider, ended.into_iter().collect()).await;
    answer
}

/// The answer to the form, and the session of somebody else that the sign-in has ended.
fn decide(
    provider: &Provider,
    state: &mut provider::State,
    jar: CookieJar,
    params: &Params,
) -> (Response, Option<Session>) {
    let id = params.get("request").unwrap_or_default();
    let now = state.now();
    let Some(request) = state.logins.find(id, now).cloned() else {
        return (pages::refused(GONE), None);
    };
    if params.get("action") == Some("cancel") {
        state.logins.remove(id);
        return (
            request.error(provider, "access_denied", "the person pressed Cancel"),
            None,
        );
    }
    let login = params.get("login").unwrap_or_default();
    let again = |trouble: &str| (pages::login(id, &request.client_id, login, Some(trouble)), None);
    let person = state
        .people
        .find(login)
        .filter(|person| person.has_password(params.get("password").unwrap_or_default()));
    let Some(person) = person else {
        return again("Login name or password is wrong.");
    };
    if person.disabled {
        return again("This account is disabled.");
    }
    if request.expected_subject.as_ref().is_some_and(|sub| *sub != person.sub) {
        return again("The application asked for somebody else to sign in.");
    }
    state.logins.remove(id);
    let (secret, ended) = state.sessions.sign_in(sessions::secret_of(&jar), login, now);
    match request.code(provider, state, &secret) {
        Some(answer) => ((jar.add(sessions::cookie(secret)), answer).into_response(), ended),
        None => (pages::refused(GONE), ended),
    }
}
