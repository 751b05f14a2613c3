use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use flui_web::{FormAnswer, Notice};

use crate::{app::App, failure::Failure, pages, request::RequestContext, router::DoNotCompress};

/// `POST /keys/calendar`: makes or renews the address. The answer itself shows it, once.
pub(crate) async fn create(State(app): State<App>, context: RequestContext, uri: Uri) -> Result<Response, Failure> {
    if context.caller.signed_in().is_err() {
        return Ok(pages::sign_in_first(Notice::SessionEnded, uri.path()).into_response());
    }
    let secret = app.identity.create_calendar(&context.caller, &context.client).await?;
    let answer = FormAnswer::CalendarCreated(secret);
    let mut response = pages::answer_form(&app, &context, &uri, answer, StatusCode::CREATED).await;
    response.extensions_mut().insert(DoNotCompress);
    Ok(response)
}
