//! `GET` and `POST /oauth/v2/authorize`

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;

use crate::authorization::{AuthorizationRequest, Prompt};
use crate::params::Params;
use crate::paths;
use crate::provider::{self, Provider};
use crate::sessions;

/// Answers at once when the browser's session will do, else sends the browser to the login page.
pub(super) async fn authorize(State(provider): State<Arc<Provider>>, jar: CookieJar, params: Params) -> Response {
    let mut state = provider.lock();
    let request = match AuthorizationRequest::read(&provider, &state, &params) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    if let Some(secret) = sessions::secret_of(&jar)
        && will_do(&state, &request, secret)
        && let Some(answer) = request.code(&provider, &mut state, secret)
    {
        return answer;
    }
    if request.prompt == Prompt::Never {
        return request.error(
            &provider,
            "login_required",
            "nobody is signed in as the request wants it",
        );
    }
    let now = state.now();
    let waiting = state.logins.add(request, now);
    Redirect::to(&format!("{}?request={waiting}", paths::LOGIN)).into_response()
}

/// Whether the session is live, young enough, of the right person, and no page is demanded. `max_age=0` demands the
/// password as `prompt=login` does (Core, section 3.1.2.1).
fn will_do(state: &provider::State, request: &AuthorizationRequest, secret: &str) -> bool {
    let now = state.now();
    let Some(session) = state.sessions.find(secret, now) else {
        return false;
    };
    let Some(person) = state.people.enabled(&session.login) else {
        return false;
    };
    let young_enough = request
        .max_age
        .is_none_or(|max_age| max_age > 0 && now - session.auth_time <= max_age);
    let right_person = request.expected_subject.as_ref().is_none_or(|sub| *sub == person.sub);
    request.prompt != Prompt::Always && young_enough && right_person
}
