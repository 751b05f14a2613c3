//! `GET /calendar/{secret}.ics`: when a person's keys end, for calendar programs, which know neither session nor key.

mod ics;

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use flui_identity::{CalendarSecret, Error};

use crate::{app::App, failure::Failure};

/// What every address of a calendar begins with. What follows is a secret, which no log may hold.
pub(crate) const PREFIX: &str = "/calendar/";

/// The calendar. Whatever is no address of one is not found.
pub(crate) async fn show(State(app): State<App>, Path(file): Path<String>) -> Result<Response, Failure> {
    let secret = file
        .strip_suffix(".ics")
        .and_then(CalendarSecret::parse)
        .ok_or(Error::NotFound("calendar"))?;
    let keys = app.identity.calendar(&secret).await?;
    let text = ics::calendar(&keys, &app.page_settings.public_url, app.identity.now());
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"flui-keys.ics\""),
    ];
    Ok((headers, text).into_response())
}
