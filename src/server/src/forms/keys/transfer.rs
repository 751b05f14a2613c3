use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};
use flui_identity::Error;
use flui_web::FormAnswer;
use serde::Deserialize;

use crate::{
    app::App,
    failure::Failure,
    pages,
    request::{Form, RequestContext},
    router::DoNotCompress,
};

#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    person: String,
}

/// `POST /keys/{id}/transfer`: the answer itself shows the new secret, once. For admins.
pub(crate) async fn transfer(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<String>,
    uri: Uri,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Failure> {
    context.caller.signed_in()?;
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    let transferred = app
        .identity
        .transfer_key(&context.caller, id, chosen.person.parse().ok(), &context.client)
        .await;
    let (answer, status) = match transferred {
        Ok(created) => {
            let answer = FormAnswer::KeyTransferred {
                owner: created.found.person.display_name().to_owned(),
                key: created.view(app.identity.policy()),
            };
            (answer, StatusCode::OK)
        }
        Err(Error::Invalid(errors)) => {
            let problem = errors.into_iter().map(|error| error.message).collect();
            let answer = FormAnswer::KeyTransfer {
                chosen: chosen.person,
                problem,
            };
            (answer, StatusCode::BAD_REQUEST)
        }
        Err(error @ Error::FreshSignInNeeded) => {
            let answer = FormAnswer::KeyTransfer {
                chosen: chosen.person,
                problem: error.to_string(),
            };
            (answer, StatusCode::FORBIDDEN)
        }
        Err(error) => return Err(error.into()),
    };
    let mut response = pages::answer_form(&app, &context, &uri, answer, status).await;
    // A secret beside reflected input is never compressed: the length would tell about it.
    response.extensions_mut().insert(DoNotCompress);
    Ok(response)
}
