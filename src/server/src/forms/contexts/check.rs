use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};
use flui_identity::Error;
use flui_web::FormAnswer;

use crate::{app::App, failure::Failure, pages, reachability, request::RequestContext};

/// `POST /contexts/{name}/check`: calls the addresses that are kept with the context. The answer itself shows what came
/// of it; nothing is kept.
pub(crate) async fn check(
    State(app): State<App>,
    context: RequestContext,
    uri: Uri,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let begun = app
        .identity
        .begin_context_check(&context.caller, &name, &context.client)
        .await;
    let (answer, status) = match begun {
        Ok(kept) => {
            let reached = reachability::ask(&app.outbound, &*app.clock, &kept).await;
            (Some(reached), StatusCode::OK)
        }
        // The page itself offers the way to a fresh sign-in.
        Err(Error::FreshSignInNeeded) => (None, StatusCode::FORBIDDEN),
        Err(error) => return Err(error.into()),
    };
    let answer = FormAnswer::ContextChecked(answer);
    Ok(pages::answer_form(&app, &context, &uri, answer, status).await)
}
