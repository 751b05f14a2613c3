//! The HTTP side: a file per endpoint, put together here.

mod authorize;
mod control;
mod discovery;
mod end_session;
mod introspect;
mod keys;
mod login;
mod register;
mod revoke;
mod sign_out;
mod stylesheet;
mod token;
mod userinfo;

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};

use crate::control::Control;
use crate::paths;
use crate::provider::Provider;

/// All routes. The control's are left out on demand, so that they are not there at all.
pub(crate) fn router(provider: Arc<Provider>, with_control: bool) -> Router {
    let protocol = Router::new()
        .route(paths::DISCOVERY, get(discovery::show))
        .route(paths::KEYS, get(keys::show))
        .route(paths::AUTHORIZE, get(authorize::authorize).post(authorize::authorize))
        .route(paths::LOGIN, get(login::show).post(login::sign_in))
        .route(paths::TOKEN, post(token::token))
        .route(paths::INTROSPECT, post(introspect::introspect))
        .route(paths::REVOKE, post(revoke::revoke))
        .route(paths::USERINFO, get(userinfo::show).post(userinfo::show))
        .route(
            paths::END_SESSION,
            get(end_session::end_session).post(end_session::end_session),
        )
        .route(paths::REGISTER, post(register::create))
        .route(
            paths::REGISTERED,
            get(register::show).put(register::replace).delete(register::remove),
        )
        .route(paths::CONFIRM_SIGN_OUT, post(sign_out::sign_out))
        .route(paths::STYLESHEET, get(stylesheet::show))
        .route(paths::TRAP, any(|| async { StatusCode::IM_A_TEAPOT }))
        .layer(from_fn_with_state(provider.clone(), deliver))
        .layer(from_fn_with_state(provider.clone(), count_or_pause))
        .with_state(provider.clone());
    let control = if with_control {
        control::router(Control::new(provider))
    } else {
        Router::new()
    };
    protocol.merge(control).layer(from_fn(set_headers))
}

/// Counts the request under its path, then answers 503 while paused.
async fn count_or_pause(State(provider): State<Arc<Provider>>, request: Request, next: Next) -> Response {
    let paused = {
        let mut state = provider.lock();
        if let Some(path) = request.extensions().get::<MatchedPath>() {
            *state.calls.entry(path.as_str().to_owned()).or_default() += 1;
        }
        state.paused
    };
    if paused {
        return (StatusCode::SERVICE_UNAVAILABLE, "paused by the control\n").into_response();
    }
    next.run(request).await
}

/// Sends the answer as the switches want it.
async fn deliver(State(provider): State<Arc<Provider>>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let delivery = path.and_then(|path| provider.lock().spoils.delivery(path.as_str()));
    let answer = next.run(request).await;
    match delivery {
        None => answer,
        Some(delivery) => delivery.deliver(answer, &provider.url(paths::TRAP)).await,
    }
}

/// Nothing here is to be cached, framed or sniffed. There is no `form-action`: browsers apply it to the redirect back
/// to the application as well.
async fn set_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
