use axum::{extract::State, response::Redirect};
use flui_web::Notice;

use crate::{app::App, failure::Failure, pages, request::RequestContext};

/// `POST /keys/calendar/remove`.
pub(crate) async fn remove(State(app): State<App>, context: RequestContext) -> Result<Redirect, Failure> {
    if context.caller.signed_in().is_err() {
        return Ok(pages::sign_in_first(Notice::SessionEnded, "/keys/calendar"));
    }
    app.identity.remove_calendar(&context.caller, &context.client).await?;
    let notice = Notice::CalendarRemoved.word();
    Ok(Redirect::to(&format!("/keys/calendar?notice={notice}")))
}
