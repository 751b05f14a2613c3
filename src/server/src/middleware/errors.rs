//! Writes refusals and failures: problem+json for programs, a page for people.

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use flui_model::{ErrorCode, Problem};
use flui_web::Theme;

use crate::{app::App, auth, calendar, failure::Failure, middleware::caller::KEY_EXPIRES, pages};

/// For whom a failure is to be written.
pub(crate) struct Reader {
    for_program: bool,
    on_app: bool,
    theme: Theme,
}

impl Reader {
    /// Whoever sent the request.
    pub(crate) fn of(request: &Request) -> Self {
        let for_program = is_for_program(request.uri());
        Self {
            for_program,
            on_app: request.uri().path().starts_with(auth::app::PREFIX),
            theme: if for_program {
                Theme::default()
            } else {
                pages::theme(request.headers())
            },
        }
    }

    /// Turns an answer of 400 and above that is not written yet into its final form. Others stay as they are.
    pub(crate) fn write(&self, app: &App, request_id: &str, response: Response) -> Response {
        let status = response.status();
        if !status.is_client_error() && !status.is_server_error() {
            return response;
        }
        let failure = match response.extensions().get::<Failure>() {
            Some(failure) => failure.clone(),
            // A page that a rule or handler wrote in full, such as a form with its faults.
            None if response.headers().get(header::CONTENT_TYPE).is_some_and(is_written) => {
                return response;
            }
            None => Failure::of_status(status),
        };
        let request_id = Some(request_id.to_owned());
        let mut written = if self.for_program {
            problem(&failure, request_id)
        } else {
            let page = if self.on_app {
                pages::error_on_app(app, &failure, request_id, self.theme)
            } else {
                pages::error(app, &failure, request_id, self.theme)
            };
            (status_of(&failure), Html(page)).into_response()
        };
        // Cookies that the answer sets or clears must survive, and so must `Allow` and what a key is told of its end.
        for name in [header::SET_COOKIE, header::ALLOW, KEY_EXPIRES] {
            for value in response.headers().get_all(&name) {
                written.headers_mut().append(name.clone(), value.clone());
            }
        }
        if let Some(seconds) = failure.retry_after {
            written
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        written
    }
}

/// Bodies that a handler wrote in full. Plain text is a library's, never ours.
fn is_written(content_type: &HeaderValue) -> bool {
    content_type.as_bytes().starts_with(b"text/html") || content_type.as_bytes().starts_with(b"application/")
}

fn is_for_program(uri: &Uri) -> bool {
    [
        "/api/",
        "/healthz",
        "/readyz",
        "/auth/backchannel-logout",
        calendar::PREFIX,
    ]
    .iter()
    .any(|prefix| uri.path().starts_with(prefix))
}

fn status_of(failure: &Failure) -> StatusCode {
    StatusCode::from_u16(failure.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The refusal for programs.
pub(crate) fn problem(failure: &Failure, request_id: Option<String>) -> Response {
    let body = Problem {
        kind: "about:blank".to_owned(),
        title: failure.code.title().to_owned(),
        status: failure.code.status(),
        detail: failure.detail.clone(),
        code: failure.code.as_str().to_owned(),
        request_id,
        key_id: failure.key.map(|(id, _)| id),
        since: failure.key.and_then(|(_, since)| since),
        errors: failure.errors.clone(),
    };
    let mut response = (status_of(failure), axum::Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    // RFC 6750, section 3: no error code when no credential came.
    let challenge = match failure.code {
        ErrorCode::NotSignedIn => Some("Bearer realm=\"flui\""),
        code if code.status() == 401 => Some("Bearer realm=\"flui\", error=\"invalid_token\""),
        _ => None,
    };
    if let Some(challenge) = challenge {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}
