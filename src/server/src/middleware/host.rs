//! Refuses requests that are addressed to another host: every absolute address comes from the configuration, and no
//! request may suggest one.

use axum::{extract::Request, http::header};
use flui_model::ErrorCode;

use crate::{app::App, failure::Failure};

/// Passes requests whose `Host` is the public address's.
pub(crate) fn check(app: &App, request: &Request) -> Result<(), Failure> {
    let host = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| {
            request
                .headers()
                .get(header::HOST)
                .and_then(|value| value.to_str().ok())
        });
    if host.is_some_and(|host| host.eq_ignore_ascii_case(&app.public_host)) {
        Ok(())
    } else {
        let detail = format!("This installation answers at {}.", app.public_origin);
        Err(Failure::new(ErrorCode::WrongHost, detail))
    }
}
