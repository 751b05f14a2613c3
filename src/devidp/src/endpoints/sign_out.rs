//! `POST /sign-out`: the answer to the confirmation page, and what every sign-out ends with.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use url::Url;

use crate::backchannel;
use crate::pages;
use crate::params::Params;
use crate::provider::Provider;
use crate::sessions;

/// The cookie is `SameSite=Lax`: a foreign page that posts this form ends nobody's session.
pub(super) async fn sign_out(State(provider): State<Arc<Provider>>, jar: CookieJar, params: Params) -> Response {
    match Destination::read(&provider, params.get("client_id"), &params) {
        Ok(destination) => finish(&provider, jar, &destination).await,
        Err(words) => pages::refused(words),
    }
}

/// Where the browser goes after signing out: to a registered address of a client, or nowhere.
pub(super) struct Destination {
    target: Option<Target>,
}

struct Target {
    client_id: String,
    uri: String,
    state: Option<String>,
}

impl Destination {
    /// Refused, in words for a page: an address without a known client, or one that client has not registered
    /// (RP-Initiated Logout, section 3).
    pub(super) fn read(provider: &Provider, client_id: Option<&str>, params: &Params) -> Result<Self, &'static str> {
        let client = match client_id {
            None => None,
            Some(id) => Some(
                provider
                    .client(id)
                    .ok_or("The application that sent you here is not known.")?,
            ),
        };
        let Some(uri) = params.get("post_logout_redirect_uri") else {
            return Ok(Self { target: None });
        };
        let client = client.ok_or("The application did not say which one it is.")?;
        if !client.may_be_left_to(uri) {
            return Err("The application wants you back at an address it has not registered.");
        }
        Ok(Self {
            target: Some(Target {
                client_id: client.id.clone(),
                uri: uri.to_owned(),
                state: params.get("state").map(str::to_owned),
            }),
        })
    }

    /// The same again, as form fields.
    pub(super) fn fields(&self) -> Vec<(&'static str, &str)> {
        let Some(target) = &self.target else { return Vec::new() };
        let mut fields = vec![
            ("client_id", target.client_id.as_str()),
            ("post_logout_redirect_uri", target.uri.as_str()),
        ];
        fields.extend(target.state.as_deref().map(|state| ("state", state)));
        fields
    }
}

/// Ends the browser's session, tells its clients, and sends the browser on.
pub(super) async fn finish(provider: &Arc<Provider>, jar: CookieJar, destination: &Destination) -> Response {
    let ended = sessions::secret_of(&jar).and_then(|secret| provider.lock().sessions.end(secret));
    backchannel::tell_clients(provider, ended.into_iter().collect()).await;
    let answer = match &destination.target {
        None => pages::signed_out(),
        Some(target) => match Url::parse(&target.uri) {
            Err(_) => pages::signed_out(),
            Ok(mut uri) => {
                if let Some(state) = &target.state {
                    uri.query_pairs_mut().append_pair("state", state);
                }
                Redirect::to(uri.as_str()).into_response()
            }
        },
    };
    (jar.remove(sessions::no_cookie()), answer).into_response()
}
