use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use flui_identity::Error;
use flui_web::FormAnswer;
use serde::Deserialize;

use crate::{
    app::App,
    failure::Failure,
    pages,
    request::{Form, RequestContext},
};

/// The code as it was typed.
#[derive(Deserialize)]
pub(crate) struct Typed {
    code: String,
}

/// `POST /device`: finds the device login with the code. From here on it goes by its id: the code stands in no address.
pub(crate) async fn look_up(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let looked = app
        .identity
        .look_up_device_login(&context.caller, &typed.code, &context.client)
        .await;
    let (problem, status, retry_after) = match looked {
        Ok(login) => return Ok(Redirect::to(&format!("/device?request={}", login.id)).into_response()),
        Err(Error::Invalid(faults)) => {
            let words = faults.into_iter().map(|fault| fault.message).collect::<Vec<_>>();
            (words.join(" "), StatusCode::BAD_REQUEST, None)
        }
        Err(error @ Error::TooManyTries) => {
            let failure = Failure::from(error);
            (failure.detail, StatusCode::TOO_MANY_REQUESTS, failure.retry_after)
        }
        Err(error) => return Err(error.into()),
    };
    let answer = FormAnswer::DeviceCode {
        typed: typed.code,
        problem,
        status: status.as_u16(),
    };
    let mut response = pages::answer_form(&app, &context, &uri, answer, status).await;
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}
