//! `/auth/verify`: a proxy asks whether a request to an app may pass (nginx `auth_request`, Caddy `forward_auth`,
//! Traefik `ForwardAuth`).
//!
//! It answers 200, 401 or 403; to a person who looks at a page and is not signed in 302; to whoever guesses at keys 429,
//! in place of which a proxy that knows none hears 403; 400 to whoever is no trusted proxy or lies; 503 when it cannot
//! tell. It stands apart from the other routes: any host may be asked about, no cookie of the dashboard counts, and the
//! fewest layers are passed, since each page of an app asks many times.

mod credentials;
mod decide;
pub(crate) mod forwarded;
mod identity;

use std::{any::Any, net::SocketAddr, panic::AssertUnwindSafe, time::Duration};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::from_fn,
    response::{Html, IntoResponse, Response},
    routing::{MethodRouter, any},
};
use flui_identity::Client;
use flui_model::ErrorCode;
use futures::FutureExt as _;
use tracing::Instrument as _;

use self::{
    decide::{Decision, decide},
    forwarded::{Asked, Fault},
};
use crate::{
    app::App,
    failure::Failure,
    metrics,
    middleware::{client::Seen, errors},
    pages,
};

/// The longest that a proxy waits for an answer.
const MAX_TIME: Duration = Duration::from_secs(10);
/// With this query the proxy redirects by itself: it takes 401 and 403 alone for a no, as nginx does.
const PROXY_REDIRECTS: &str = "redirect=proxy";
/// Then, where to.
const LOCATION: HeaderName = HeaderName::from_static("x-flui-location");
/// With this query the answer also has `Cookie` and `Authorization` as the app may see them: Traefik puts headers of the
/// answer in the place of the request's, and can change them in no other way.
const CREDENTIALS: &str = "headers=credentials";
/// What the page of a refusal may do, on the app's own host: show our style sheet.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'";

const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// The route. It has no layers: each would copy its part of the router for every request.
pub(crate) fn route(app: &App) -> MethodRouter<App> {
    let route = any(verify);
    match app.config.metrics_listen {
        Some(_) => route.layer(from_fn(metrics::record)),
        None => route,
    }
}

async fn verify(State(app): State<App>, ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request) -> Response {
    let seen = Seen::new(&app, peer, &request);
    let (parts, _) = request.into_parts();
    let answer = AssertUnwindSafe(answer(&app, peer, &parts, &seen.client)).catch_unwind();
    let answer = answer.instrument(seen.span.clone()).await;
    let mut response = answer.unwrap_or_else(|cause| seen.span.in_scope(|| panicked(&*cause, &seen.client)));
    seen.leave(&mut response);
    response
}

async fn answer(app: &App, peer: SocketAddr, Parts { uri, headers, .. }: &Parts, client: &Client) -> Response {
    let asked = match forwarded::read(&app.config.trusted_proxies, peer.ip(), headers) {
        Ok(asked) => asked,
        Err(fault) => return faulty(fault, client),
    };
    let proxy_redirects = uri.query() == Some(PROXY_REDIRECTS);
    let decision = tokio::time::timeout(MAX_TIME, decide(app, &asked, headers, client)).await;
    match decision {
        Ok(Decision::Pass(signed_in)) => {
            let mut response = guarded(StatusCode::OK.into_response());
            identity::set(response.headers_mut(), signed_in.as_ref());
            if uri.query() == Some(CREDENTIALS) {
                credentials::set(response.headers_mut(), headers);
            }
            response
        }
        Ok(Decision::SignIn { start, failure }) => {
            let start = start
                .filter(|_| is_navigation(&asked, headers))
                .and_then(|start| HeaderValue::from_str(&start).ok());
            sign_in(start, proxy_redirects, &failure, client)
        }
        Ok(Decision::Refuse(failure)) if failure.code.status() < 500 => {
            let mut response = refused(app, &failure, is_navigation(&asked, headers), headers, client);
            if let Some(seconds) = failure.retry_after {
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            if proxy_redirects && response.status() == StatusCode::TOO_MANY_REQUESTS {
                *response.status_mut() = StatusCode::FORBIDDEN;
            }
            response
        }
        Ok(Decision::Refuse(failure)) => unavailable(&failure, client),
        Err(_) => unavailable(&Failure::of_status(StatusCode::SERVICE_UNAVAILABLE), client),
    }
}

/// Whether a person looks at the answer in a window of its own: everything else takes a redirect for an answer and
/// stumbles. Browsers say so in `Sec-Fetch-*`; of those that do not, whoever asks for HTML first.
fn is_navigation(asked: &Asked<'_>, headers: &HeaderMap) -> bool {
    let is = |name: &HeaderName, value: &str| headers.get(name).map(|sent| sent.as_bytes() == value.as_bytes());
    let by_browser = match (is(&FETCH_MODE, "navigate"), is(&FETCH_DEST, "document")) {
        (None, None) => {
            let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
            accept.is_some_and(|accept| accept.trim_start().starts_with("text/html"))
        }
        (mode, dest) => mode == Some(true) && dest == Some(true),
    };
    by_browser && asked.is_get && !headers.contains_key(header::UPGRADE)
}

fn sign_in(start: Option<HeaderValue>, proxy_redirects: bool, failure: &Failure, client: &Client) -> Response {
    match start {
        Some(start) if proxy_redirects => {
            let mut response = guarded(errors::problem(failure, Some(client.request_id.clone())));
            response.headers_mut().insert(LOCATION, start);
            response
        }
        Some(start) => guarded((StatusCode::FOUND, [(header::LOCATION, start)]).into_response()),
        None => guarded(errors::problem(failure, Some(client.request_id.clone()))),
    }
}

fn refused(app: &App, failure: &Failure, to_person: bool, headers: &HeaderMap, client: &Client) -> Response {
    let request_id = Some(client.request_id.clone());
    if !to_person {
        return guarded(errors::problem(failure, request_id));
    }
    let page = pages::error_on_app(app, failure, request_id, pages::theme(headers));
    let status = StatusCode::from_u16(failure.code.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut response = guarded((status, Html(page)).into_response());
    let policy = HeaderValue::from_static(PAGE_POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn faulty(fault: Fault, client: &Client) -> Response {
    let failure = match fault {
        Fault::Proxy(why) => {
            tracing::warn!(why, "what asked for an app is not believed");
            Failure::new(ErrorCode::BadRequest, why)
        }
        Fault::Denied(why) => Failure::new(ErrorCode::Forbidden, why),
    };
    guarded(errors::problem(&failure, Some(client.request_id.clone())))
}

/// It cannot be told who is asking: nobody passes, and nobody is told that they may not.
fn unavailable(failure: &Failure, client: &Client) -> Response {
    let mut response = guarded(errors::problem(failure, Some(client.request_id.clone())));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(5));
    response
}

fn panicked(cause: &(dyn Any + Send), client: &Client) -> Response {
    tracing::error!(panic = crate::router::panic_text(cause), "asking for an app panicked");
    unavailable(&Failure::of_status(StatusCode::INTERNAL_SERVER_ERROR), client)
}

/// Nothing of this may be kept: the next request may get another answer, by its headers or by where it came from
/// (RFC 9110, section 12.5.5).
fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("*"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(is_get: bool) -> Asked<'static> {
        Asked {
            is_get,
            is_https: true,
            host: "wiki.example.org",
            target: "/",
        }
    }

    fn navigates(is_get: bool, sent: &[(HeaderName, &'static str)]) -> bool {
        let pairs = sent
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        is_navigation(&asked(is_get), &pairs.collect())
    }

    #[test]
    fn v14_only_a_person_who_looks_at_a_page_is_redirected() {
        let html = (header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        let (navigate, document) = ((FETCH_MODE, "navigate"), (FETCH_DEST, "document"));
        assert!(navigates(true, &[navigate.clone(), document.clone()]));
        assert!(navigates(true, std::slice::from_ref(&html)));
        for no in [
            vec![],
            vec![navigate.clone()],
            vec![document.clone(), html.clone()],
            vec![navigate.clone(), (FETCH_DEST, "iframe"), html.clone()],
            vec![(FETCH_MODE, "cors"), (FETCH_DEST, "empty"), html.clone()],
            vec![(FETCH_MODE, "websocket"), (FETCH_DEST, "websocket"), html.clone()],
            vec![(FETCH_MODE, "no-cors"), (FETCH_DEST, "image")],
            vec![(header::ACCEPT, "application/json, text/html;q=0.1")],
            vec![(header::ACCEPT, "*/*")],
            vec![html.clone(), (header::UPGRADE, "websocket")],
        ] {
            assert!(!navigates(true, &no), "{no:?}");
        }
        assert!(!navigates(false, &[navigate, document]));
        assert!(!navigates(false, &[html]));
    }
}
