//! The checks that ask nothing of anybody, in one layer: the router copies its layers for every request, so that each
//! one costs.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{host, origin, rate};
use crate::app::App;

/// Passes a request on that was addressed to this host, does not come too often, and did not begin on another site.
pub(crate) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let checked = host::check(&app, &request)
        .and_then(|()| rate::limit(&app, &request))
        .and_then(|()| origin::check(&app, &request));
    match checked {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}
