//! Whether a request to an app may pass, and as whom.

use axum::http::{HeaderMap, header};
use flui_identity::{
    Caller, Client, Error, Key, PresentedSecret, SignedIn,
    apps::{self, Access, canonical_host, canonical_path},
};

use flui_model::ErrorCode;

use super::forwarded::Asked;
use crate::{
    app::App,
    auth::app::cookies::AppCookies,
    failure::Failure,
    middleware::{bearer::token, cookies, rate},
};

/// What becomes of the request.
#[derive(Debug)]
pub(super) enum Decision {
    /// It passes, as this person or as nobody.
    Pass(Option<SignedIn>),
    /// A sign-in is missing. The address begins one in a browser; there is none for a request with a key.
    SignIn {
        /// Where.
        start: Option<String>,
        /// Why.
        failure: Failure,
    },
    /// It does not pass.
    Refuse(Failure),
}

/// Decides by the rules of the app at the host.
pub(super) async fn decide(app: &App, asked: &Asked<'_>, headers: &HeaderMap, client: &Client) -> Decision {
    let denied = |error: &str| Decision::Refuse(Failure::new(ErrorCode::Forbidden, error));
    let Some(host) = canonical_host(asked.host, asked.is_https) else {
        return denied("The request names no host.");
    };
    let Some(found) = app
        .config
        .apps
        .find(&host)
        .filter(|found| found.is_https() == asked.is_https)
    else {
        return denied("No app is configured at this host.");
    };
    let Some(path) = canonical_path(asked.target) else {
        return denied("The address can be read in more than one way, so it is not passed on.");
    };
    let Some(rule) = found.rule(&path) else {
        return denied("No rule opens this address to anybody.");
    };
    if rule.access == Access::Public {
        return Decision::Pass(None);
    }
    let caller = match identify(app, found, &host, headers, client).await {
        Ok(caller) => caller,
        Err(Unknown { error, by_key: true }) => return refuse_key(app, client, error),
        Err(Unknown { error, by_key: false }) => return sign_in(found, &host, asked, error),
    };
    let signed_in = match caller {
        Caller::SignedIn(signed_in) => signed_in,
        Caller::Nobody => return sign_in(found, &host, asked, Error::NotSignedIn),
    };
    match app.identity.check_app(found, rule, &signed_in, client).await {
        Ok(()) => Decision::Pass(Some(signed_in)),
        Err(error) => Decision::Refuse(error.into()),
    }
}

/// Why nobody is known.
struct Unknown {
    error: Error,
    by_key: bool,
}

/// Who is asking: by a key in `Authorization`, else by the app's cookie. A key decides alone. Any other
/// `Authorization` is the app's own affair.
async fn identify(
    app: &App,
    found: &apps::App,
    host: &str,
    headers: &HeaderMap,
    client: &Client,
) -> Result<Caller, Unknown> {
    let keyed = |error| Unknown { error, by_key: true };
    if let Some(text) = key(headers).map_err(keyed)? {
        let key = Key::parse(text).map_err(|_| keyed(Error::InvalidToken))?;
        return app
            .identity
            .identify(&PresentedSecret::Key(key), client)
            .await
            .map_err(keyed);
    }
    let names = AppCookies::of(found);
    // Two cookies of one name: one was planted, and nobody can tell which.
    let mut secrets = cookies::values(headers, names.session);
    let Some(secret) = secrets.pop().filter(|_| secrets.is_empty()) else {
        return Ok(Caller::Nobody);
    };
    let by_cookie = |error| Unknown { error, by_key: false };
    app.identity
        .identify_at_app(&secret, host, client)
        .await
        .map_err(by_cookie)
}

/// The text of the key that came with the request. Several `Authorization` headers of which one is a key are refused:
/// the app might look at another one.
fn key(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let all = headers.get_all(header::AUTHORIZATION);
    let ours = all
        .iter()
        .filter_map(token)
        .find(|token| token.starts_with(Key::PREFIX));
    match (ours, all.iter().nth(1)) {
        (Some(_), Some(_)) => Err(Error::InvalidToken),
        (ours, _) => Ok(ours),
    }
}

/// A key opens nothing: no sign-in would help its holder, and guessing is slowed.
fn refuse_key(app: &App, client: &Client, error: Error) -> Decision {
    let failure = rate::refused(app, client.address, error.into());
    if failure.code.status() == 401 {
        Decision::SignIn { start: None, failure }
    } else {
        Decision::Refuse(failure)
    }
}

/// Nobody passes: sign in, unless that would not help.
fn sign_in(found: &apps::App, host: &str, asked: &Asked<'_>, error: Error) -> Decision {
    let failure = Failure::from(error);
    if failure.code.status() != 401 {
        return Decision::Refuse(failure);
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("return", asked.target)
        .finish();
    let start = Some(format!("{}/.flui/start?{query}", found.origin(host)));
    Decision::SignIn { start, failure }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn sent(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn the_apps_own_authorization_is_no_affair_of_ours() {
        for foreign in ["Basic flui_x", "Bearer other", "Bearer", "flui_ci_x", "", "Digest a=b"] {
            assert!(matches!(key(&sent(&[foreign])), Ok(None)), "{foreign}");
        }
        assert!(matches!(key(&sent(&["bearer  flui_ci_x"])), Ok(Some("flui_ci_x"))));
        assert!(matches!(key(&sent(&["Basic a", "Basic b"])), Ok(None)));
    }

    #[test]
    fn a_key_beside_another_authorization_is_refused() {
        assert!(key(&sent(&["Basic a", "Bearer flui_ci_x"])).is_err());
        assert!(key(&sent(&["Bearer flui_ci_x", "Bearer flui_ci_y"])).is_err());
    }
}
