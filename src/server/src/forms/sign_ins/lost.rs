use axum::{
    extract::{RawForm, State},
    http::{StatusCode, Uri},
    response::Response,
};
use flui_identity::Error;
use flui_model::{ErrorCode, SignInId, sign_ins::EndSignIns};
use flui_web::{FormAnswer, LostFormFields};

use crate::{app::App, failure::Failure, pages, request::RequestContext};

/// `POST /sign-ins/lost`: ends what is ticked in one transaction. The answer itself is the proof; what is refused brings
/// the form back as it was ticked.
pub(crate) async fn lost(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    context.caller.signed_in()?;
    let body = std::str::from_utf8(&body)
        .map_err(|_| Failure::new(ErrorCode::BadRequest, "The form is not text. Fill it in anew."))?;
    let typed = LostFormFields::from_query(body);
    let machines = app.identity.list_machines(&context.caller).await?;
    // What is ticked decides what ends. The machine may have lost its last sign-in meanwhile.
    let machine = machines.into_iter().find(|machine| machine.id() == typed.machine);
    let left = match &machine {
        Some(machine) => app.identity.list_keys_made_from(&context.caller, machine).await?,
        None => Vec::new(),
    };
    let ids: Vec<SignInId> = typed
        .ids
        .iter()
        .map(|id| id.parse().map_err(|_| Error::NotFound("sign-in")))
        .collect::<Result<_, _>>()?;
    let wanted = EndSignIns {
        ids: Some(ids),
        person: None,
    };
    let result = if typed.ids.is_empty() {
        Err("Tick at least one sign-in.".to_owned())
    } else {
        match app
            .identity
            .end_sign_ins(&context.caller, &wanted, &context.client)
            .await
        {
            Ok(ended) => Ok(ended),
            Err(error @ (Error::FreshSignInNeeded | Error::Invalid(_))) => Err(error.to_string()),
            Err(error) => return Err(error.into()),
        }
    };
    let (answer, status) = match result {
        Ok(ended) => {
            let is_left = |id: SignInId| ended.ended.iter().all(|over| over.id != id);
            let answer = FormAnswer::Lost {
                machine: machine.map_or_else(|| "The machine".to_owned(), |machine| machine.label()),
                left: left.into_iter().filter(|key| is_left(key.id)).collect(),
                ended,
            };
            (answer, StatusCode::OK)
        }
        Err(problem) => (FormAnswer::LostForm { typed, problem }, StatusCode::BAD_REQUEST),
    };
    Ok(pages::answer_form(&app, &context, &uri, answer, status).await)
}
