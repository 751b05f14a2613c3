//! What surrounds every request and answer, in one layer: the router copies its layers for every request, so that each one
//! costs.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use super::{client::Seen, errors::Reader, headers::Guard};
use crate::app::App;

/// Names the request and puts its [`Client`](flui_identity::Client) on it, then writes what failed in the form that its reader takes, sets the security headers, and logs.
pub(crate) async fn wrap(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let seen = Seen::new(&app, peer, &request);
    request.extensions_mut().insert(seen.client.clone());
    let guard = Guard::new(&app, &mut request);
    let reader = Reader::of(&request);
    let response = next.run(request).instrument(seen.span.clone()).await;
    let mut response = reader.write(&app, &seen.client.request_id, response);
    guard.secure(&app, &mut response);
    seen.leave(&mut response);
    response
}
