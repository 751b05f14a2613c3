//! Signing in to apps on other hosts. The dashboard's cookie never reaches an app; each host gets one of its own:
//!
//! 1. `/.flui/start` on the app's host keeps a secret in the browser and sends it to the dashboard ([`start`]);
//! 2. `/auth/app` on the dashboard's host asks for its own sign-in, checks the rule, and sends the browser back with a
//!    code that is good once, for half a minute, for that browser and that host ([`open`]);
//! 3. `/.flui/callback` on the app's host takes the code and sets the cookie ([`callback`]).

mod callback;
pub(crate) mod cookies;
pub(crate) mod open;
mod start;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use flui_identity::apps::{self, canonical_host};
use flui_model::ErrorCode;

use crate::{app::App, assets, failure::Failure, middleware::rate};

/// The paths that a proxy leads to the dashboard on the host of every app.
pub(crate) const PREFIX: &str = "/.flui/";

const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// The app at whose host a request arrived.
#[derive(Clone, Debug)]
struct AtApp {
    app: apps::App,
    /// In canonical form.
    host: String,
}

/// What the dashboard answers on the hosts of apps. Nothing else is served there.
pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/.flui/start", get(start::start))
        .route("/.flui/callback", get(callback::callback))
        .route("/.flui/{*rest}", any(|| async { StatusCode::NOT_FOUND }))
        .layer(from_fn_with_state(app.clone(), at_app))
        // What the pages of a refusal look like.
        .nest_service("/.flui/pkg", assets::pkg(&app.config.site_dir))
}

/// Passes requests on whose host is an app's, and that do not come too often.
async fn at_app(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .and_then(|host| canonical_host(host, true));
    let found = host.and_then(|host| {
        let found = app.config.apps.find(&host)?.clone();
        Some(AtApp { app: found, host })
    });
    let Some(found) = found else {
        let detail = "No app is configured at this host.";
        return Failure::new(ErrorCode::WrongHost, detail).into_response();
    };
    if let Err(failure) = rate::limit(&app, &request) {
        return failure.into_response();
    }
    request.extensions_mut().insert(found);
    next.run(request).await
}

/// Refuses what is no page that the person sees: a picture or frame on another site must begin no sign-in.
pub(crate) fn require_top_level(headers: &HeaderMap) -> Result<(), Failure> {
    let elsewhere = headers
        .get(FETCH_DEST)
        .is_some_and(|dest| dest.as_bytes() != b"document");
    if elsewhere {
        return Err(Failure::new(
            ErrorCode::OriginRefused,
            "A sign-in begins in a page of its own, not inside another one.",
        ));
    }
    Ok(())
}
