//! All routes and layers, in one place.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use flui_store::Sessions;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, Predicate},
    },
    limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

use crate::{
    api,
    app::App,
    assets, auth, calendar,
    failure::Failure,
    forms, health, metrics,
    middleware::{caller, envelope, gate},
    pages,
};

/// The largest body, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// The longest that an answer may take.
const MAX_TIME: Duration = Duration::from_secs(30);

/// Marks an answer that must not be compressed because it holds a secret.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DoNotCompress;

/// The whole server.
pub(crate) fn router(app: App) -> Router {
    let sessions = SessionManagerLayer::new(Sessions::new(app.store.clone(), app.clock.clone()))
        .with_name(app.cookies.session)
        .with_secure(app.cookies.session.starts_with("__Host-"))
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd);

    let auth = Router::new()
        .route("/auth/login", get(auth::login::login))
        .route(auth::app::open::PATH, get(auth::app::open::open))
        .route("/auth/callback", get(auth::callback::callback))
        .route("/auth/logout", post(auth::logout::logout))
        .route(
            "/auth/backchannel-logout",
            post(auth::backchannel_logout::backchannel_logout),
        );

    let ours = Router::new()
        .merge(api::routes())
        .merge(auth)
        .route("/calendar/{file}", get(calendar::show))
        .merge(forms::routes())
        .merge(pages::routes())
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(
            ServiceBuilder::new()
                // Nobody reads what is counted where no address for it is set.
                .option_layer(app.config.metrics_listen.map(|_| from_fn(metrics::record)))
                .layer(from_fn_with_state(app.clone(), gate::check))
                .layer(sessions)
                .layer(from_fn_with_state(app.clone(), caller::identify)),
        );

    let health = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz));

    health
        .merge(assets::routes(&app.config.site_dir))
        .merge(auth::app::routes(&app))
        .fallback_service(ours.with_state(app.clone()))
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(app.clone(), envelope::wrap))
                .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(
                    |_: StatusCode, _: _, _: &axum::http::HeaderMap, extensions: &axum::http::Extensions| {
                        extensions.get::<DoNotCompress>().is_none()
                    },
                )))
                .layer(CatchPanicLayer::custom(panicked))
                .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MAX_TIME))
                .layer(DefaultBodyLimit::max(MAX_BODY))
                .layer(RequestBodyLimitLayer::new(MAX_BODY)),
        )
        // After the layers, so that none of them is passed.
        .route("/auth/verify", auth::verify::route(&app))
        .with_state(app)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands over a box")]
fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!(panic = panic_text(&*cause), "a handler panicked");
    Failure::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// What a panic says.
pub(crate) fn panic_text(cause: &(dyn std::any::Any + Send)) -> &str {
    cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}
