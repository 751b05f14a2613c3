use std::time::Duration;

use axum::{
    extract::{RawForm, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use flui_identity::{
    Error,
    sign_ins::{CreateKey, GrantRequest},
};
use flui_model::{ErrorCode, FieldError, Kind, Timestamp};
use flui_web::{FormAnswer, KeyFormFields, Notice};

use super::act::end_of_day;
use crate::{app::App, failure::Failure, pages, request::RequestContext, router::DoNotCompress};

/// `POST /keys/new`: the answer itself shows the key, once. Faults bring the form back as it was filled in, and so does
/// the sign-in that comes between when the session has ended under the open form.
pub(crate) async fn create(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    let body = std::str::from_utf8(&body)
        .map_err(|_| Failure::new(ErrorCode::BadRequest, "The form is not text. Fill it in anew."))?;
    let typed = KeyFormFields::from_query(body);
    if context.caller.signed_in().is_err() {
        return Ok(pages::sign_in_first(Notice::SessionEnded, &typed.address()).into_response());
    }
    if asks_to_sign_in_again(body) {
        return Ok(Redirect::to(&typed.sign_in_link()).into_response());
    }
    let result = match read(&typed, app.identity.now()) {
        Ok(wanted) => app.identity.create_key(&context.caller, wanted, &context.client).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    let (answer, status) = match result {
        Ok(created) => (
            FormAnswer::KeyCreated(created.view(app.identity.policy())),
            StatusCode::CREATED,
        ),
        Err(error @ (Error::Store(_) | Error::NotSignedIn)) => return Err(error.into()),
        Err(error) => {
            let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::BAD_REQUEST);
            let (errors, problem) = match error {
                Error::Invalid(errors) => (errors, None),
                error @ (Error::InvalidScope(_) | Error::ScopeTooWide(_)) => {
                    (vec![FieldError::new("scopes", error.to_string())], None)
                }
                other => (Vec::new(), Some(other.to_string())),
            };
            (FormAnswer::KeyForm { typed, errors, problem }, status)
        }
    };
    let mut response = pages::answer_form(&app, &context, &uri, answer, status).await;
    // A secret beside reflected input is never compressed: the length would tell about it.
    response.extensions_mut().insert(DoNotCompress);
    Ok(response)
}

/// Whether the form was sent by the button beside the word that a recent sign-in is needed.
fn asks_to_sign_in_again(body: &str) -> bool {
    url::form_urlencoded::parse(body.as_bytes()).any(|(name, _)| name == KeyFormFields::SIGN_IN_AGAIN)
}

/// The key that the form asks for, or all that cannot be read in it.
fn read(typed: &KeyFormFields, now: Timestamp) -> Result<CreateKey, Vec<FieldError>> {
    let mut faults = Vec::new();
    let kind = typed.kind.parse::<Kind>().unwrap_or_else(|_| {
        faults.push(FieldError::new("kind", "Choose CI or Service."));
        Kind::Ci
    });
    let expires_at = expiry(typed, now).unwrap_or_else(|fault| {
        faults.push(fault);
        now
    });
    let unscoped = typed.access == "unscoped";
    if !unscoped && typed.scopes.is_empty() {
        faults.push(FieldError::new(
            "scopes",
            "Tick at least one box, or choose all that you may do.",
        ));
    }
    if !faults.is_empty() {
        // What the rules would say belongs in the same answer, so that nobody has to try twice.
        faults.extend(flui_identity::check_name("name", &typed.name).err());
        faults.extend(flui_identity::check_networks(&typed.network_list()).err());
        return Err(faults);
    }
    Ok(CreateKey {
        name: typed.name.clone(),
        kind,
        expires_at: Some(expires_at),
        grant: GrantRequest {
            unscoped,
            scopes: (!unscoped).then(|| typed.scopes.clone()),
            groups: None,
        },
        networks: typed.network_list(),
        context: Some(typed.context.clone()).filter(|context| !context.is_empty()),
        // Whoever fills in a form sees whether it was answered, and finds the key on the page.
        retry: None,
    })
}

/// When the key is to expire: so many days from now, or the end of a day in UTC.
fn expiry(typed: &KeyFormFields, now: Timestamp) -> Result<Timestamp, FieldError> {
    if typed.expires == "date" {
        return end_of_day("expires_date", &typed.expires_date);
    }
    let days = typed.expires.parse::<u16>().ok().filter(|days| *days > 0);
    days.map(|days| now + Duration::from_secs(86_400 * u64::from(days)))
        .ok_or_else(|| FieldError::new("expires", "Choose when the key expires."))
}
