//! `POST /auth/logout`: ends the session here, and then at the provider
//! (OpenID Connect RP-Initiated Logout 1.0, section 2).

use axum::{extract::State, response::Redirect};
use flui_oidc::RelyingParty;
use flui_web::Notice;
use secrecy::{ExposeSecret, SecretString};
use tower_sessions::Session;

use super::SEALED_ID_TOKEN;
use crate::{app::App, failure::Failure, request::RequestContext};

pub(crate) async fn logout(
    State(app): State<App>,
    session: Session,
    context: RequestContext,
) -> Result<Redirect, Failure> {
    if context.caller.signed_in().is_err() {
        return Ok(Redirect::to("/"));
    }
    let hint = id_token_hint(&session).await;
    // Here first: whatever the provider does, this session is over.
    app.identity.sign_out(&context.caller, &context.client).await?;
    // Not every provider lets a refresh token outlive this; what it answers to one from now on says nothing of the person.
    if let Ok(signed_in) = context.caller.signed_in()
        && let Err(error) = app.identity.doubt_refresh_token(signed_in.person().id).await
    {
        tracing::warn!(%error, "a refresh token could not be marked");
    }
    if let Err(error) = session.flush().await {
        tracing::warn!(%error, "the ended session could not be flushed");
    }
    let state = app.relying_party.new_browser_secret();
    let hint = hint.as_ref().map(ExposeSecret::expose_secret);
    Ok(match app.relying_party.end_session_url(hint, &state) {
        Some(url) => Redirect::to(url.as_str()),
        None => Redirect::to(&format!("/?notice={}", Notice::SignedOut.word())),
    })
}

async fn id_token_hint(session: &Session) -> Option<SecretString> {
    let id = session.id()?.to_string();
    let sealed = session.get::<String>(SEALED_ID_TOKEN).await.ok()??;
    RelyingParty::unseal(&id, &sealed)
}
