//! The checks that ask nothing of anybody, in one layer: the router copies its layers for every request, so that each
//! one costs.

use axum::{
    body::{Body, Bytes, HttpBody as _},
    extract::{FromRequest as _, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use flui_model::ErrorCode;

use super::{cookies, host, origin, rate};
use crate::{app::App, failure::Failure};

/// Passes a request on that was addressed to this host, does not come too often, and did not begin on another site. Its
/// cookies are tidied on the way.
pub(crate) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let checked = host::check(&app, &request)
        .and_then(|()| rate::limit(&app, &request))
        .and_then(|()| no_bearer_in_address(&request))
        .and_then(|()| origin::check(&app, &request));
    let checked = match checked {
        Ok(()) => whole(request).await,
        Err(failure) => Err(failure),
    };
    match checked {
        Ok(mut request) => {
            cookies::drop_foreign(&app, request.headers_mut());
            let mut response = next.run(request).await;
            cookies::complete(&app, &mut response);
            response
        }
        Err(failure) => failure.into_response(),
    }
}

/// Reads a body whose length is not told: what acts by its address alone would act before it shows that the body is too
/// large. Others are refused or read by their length.
async fn whole(request: Request) -> Result<Request, Failure> {
    if request.body().is_end_stream() || request.headers().contains_key(header::CONTENT_LENGTH) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    match Bytes::from_request(Request::new(body), &()).await {
        Ok(bytes) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Err(rejection) => Err(Failure::of_status(rejection.status())),
    }
}

/// An address ends in logs and histories: a bearer that came in one is refused, whatever else the request holds (RFC
/// 6750, section 2.3 and RFC 9700, section 4.3.2).
fn no_bearer_in_address(request: &Request) -> Result<(), Failure> {
    let query = request.uri().query().unwrap_or("");
    if url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token") {
        Err(Failure::new(
            ErrorCode::BadRequest,
            "Send the credential in the Authorization header, never in the address. Treat this one as known to others.",
        ))
    } else {
        Ok(())
    }
}
