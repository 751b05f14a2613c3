use axum::{
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use flui_identity::Error;
use flui_model::{FieldError, SignInId, Timestamp};
use flui_web::{FormAnswer, KeyActFields, Notice};

use crate::{
    app::App,
    failure::Failure,
    pages,
    request::{Form, RequestContext},
};

/// The POST of a form that changes one key: `/keys/{id}/{verb}`. Whoever is signed in no more is sent to sign in, and
/// comes back to the form as it was filled in.
pub(crate) struct KeyAct {
    pub(super) app: App,
    pub(super) context: RequestContext,
    pub(super) uri: Uri,
    pub(super) id: SignInId,
    pub(super) typed: KeyActFields,
}

impl FromRequest<App> for KeyAct {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let refused = Failure::into_response;
        let context = RequestContext::from_request_parts(&mut parts, app)
            .await
            .map_err(refused)?;
        let id = Path::<String>::from_request_parts(&mut parts, app).await;
        let uri = parts.uri.clone();
        let typed = Form::<KeyActFields>::from_request(Request::from_parts(parts, body), app).await;
        let Form(typed) = typed.map_err(refused)?;
        if context.caller.signed_in().is_err() {
            let back = typed.address(uri.path());
            return Err(pages::sign_in_first(Notice::SessionEnded, &back).into_response());
        }
        let id = id.ok().and_then(|Path(id)| id.parse().ok());
        let id = id.ok_or_else(|| refused(Error::NotFound("key").into()))?;
        Ok(Self {
            app: app.clone(),
            context,
            uri,
            id,
            typed,
        })
    }
}

impl KeyAct {
    /// Answers with the key's page and a word about what was done, or as [`Self::refuse`] does.
    pub(super) async fn answer(self, done: Result<Notice, Error>) -> Result<Response, Failure> {
        match done {
            Ok(notice) => Ok(Redirect::to(&format!("/keys/{}?notice={}", self.id, notice.word())).into_response()),
            Err(error) => self.refuse(error).await,
        }
    }

    /// Answers with the form itself again, as it was filled in, or with the page that says why it is not there.
    pub(super) async fn refuse(self, error: Error) -> Result<Response, Failure> {
        let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::BAD_REQUEST);
        let (errors, problem) = match error {
            Error::Invalid(errors) => (errors, None),
            error @ (Error::Forbidden(_) | Error::FreshSignInNeeded | Error::ScopeTooWide(_)) => {
                (Vec::new(), Some(error.to_string()))
            }
            error => return Err(error.into()),
        };
        let typed = self.typed;
        let answer = FormAnswer::KeyAct { typed, errors, problem };
        Ok(pages::answer_form(&self.app, &self.context, &self.uri, answer, status).await)
    }
}

/// The end of a day in UTC.
pub(super) fn end_of_day(field: &str, day: &str) -> Result<Timestamp, FieldError> {
    format!("{}T23:59:59Z", day.trim())
        .parse()
        .map_err(|_| FieldError::new(field, "Enter a date like 2027-01-31."))
}
