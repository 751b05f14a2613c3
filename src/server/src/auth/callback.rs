//! `GET /auth/callback`: the provider's answer. Ends in a session and a redirect to a clean address, or in a page that
//! says why not.

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Redirect,
};
use flui_identity::{Client, StoreError, audit::Action, owners::RefreshToken};
use flui_model::ErrorCode;
use flui_oidc::{CallbackAnswer, LoginError, RelyingParty};
use flui_store::NEW_SESSION;
use secrecy::{ExposeSecret, SecretString};
use tower_sessions::Session;

use super::SEALED_ID_TOKEN;
use crate::{app::App, failure::Failure, middleware::cookies, request::RequestContext};

/// The parameters of the answer, each at most once.
#[derive(Debug, Default)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

pub(crate) async fn callback(
    State(app): State<App>,
    session: Session,
    context: RequestContext,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Redirect, Failure> {
    let result = try_callback(&app, &session, &context, &headers, query.as_deref()).await;
    if let Err(refused) = &result {
        record(&app, &context.client, refused).await;
    }
    result.map_err(|refused| refused.failure)
}

/// A failure and the stable word that the audit log keeps of it; none if the rules have written their own row.
struct Refused {
    failure: Failure,
    reason: Option<&'static str>,
}

impl<E: Into<Failure>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self {
            failure: error.into(),
            reason: None,
        }
    }
}

fn refused(code: ErrorCode, reason: &'static str, detail: &str) -> Refused {
    Refused {
        failure: Failure::new(code, detail),
        reason: Some(reason),
    }
}

async fn record(app: &App, client: &Client, refused: &Refused) {
    if let Some(reason) = refused.reason {
        app.identity.record_refusal(Action::SignInStarted, reason, client).await;
    }
}

async fn try_callback(
    app: &App,
    session: &Session,
    context: &RequestContext,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<Redirect, Refused> {
    let answer = read(query.unwrap_or(""))?;
    let lost = || {
        refused(
            ErrorCode::LoginStateLost,
            "state_unknown",
            "This sign-in was finished already, took longer than ten minutes, or began in another browser. Start again.",
        )
    };
    // The state is judged before anything else, so that a stranger's answer causes no call and no other message.
    let state = answer.state.ok_or_else(lost)?;
    let secrets = cookies::values(headers, app.cookies.login);
    let [secret] = secrets.as_slice() else {
        return Err(lost());
    };
    let attempt = app.identity.take_login(&state, secret).await?.ok_or_else(lost)?;

    app.relying_party
        .check_answer_issuer(answer.iss.as_deref())
        .await
        .map_err(login_error)?;
    if let Some(error) = answer.error {
        if error == "invalid_scope" {
            tracing::warn!("the provider refuses a scope of FLUI_OIDC_SCOPES, or offline_access");
        }
        return Err(provider_said_no(&error));
    }
    let code = answer.code.ok_or_else(|| provider_said_no("no_code"))?;
    let proven = app
        .relying_party
        .complete_login(&attempt, secret, &state, CallbackAnswer { code, iss: answer.iss })
        .await
        .map_err(login_error)?;

    let (issuer, subject) = (proven.person.issuer.clone(), proven.person.subject.clone());
    let new = app
        .identity
        .start_session(proven.person, proven.proof, &context.client)
        .await?;
    // The session before this one ends, and the new one gets an id of its own: what anybody planted or kept is worthless.
    begin_session(session, &new, &proven.id_token)
        .await
        .map_err(|error| not_begun(&error))?;
    if let Some(token) = proven.refresh_token {
        keep_refresh_token(app, &issuer, &subject, &token).await;
    }
    Ok(Redirect::to(&attempt.return_to))
}

/// Keeps the refresh token for the nightly check. Nobody is turned away because that failed.
async fn keep_refresh_token(app: &App, issuer: &str, subject: &str, token: &SecretString) {
    let Some(sealing) = &app.sealing else { return };
    let kept = async {
        if let Some(person) = app.identity.find_proven_person(issuer, subject).await? {
            let sealed = sealing.seal(RefreshToken::PURPOSE, &person.id.to_string(), token.expose_secret());
            app.identity.keep_refresh_token(person.id, sealed).await?;
        }
        Ok::<_, StoreError>(())
    };
    if let Err(error) = kept.await {
        tracing::warn!(%error, "a refresh token could not be kept; the nightly check will not ask about its person");
    }
}

/// Why the session did not begin. The session layer passes a store's error on as text alone.
fn not_begun(error: &tower_sessions::session::Error) -> Refused {
    if error.to_string().contains(&StoreError::SignedOutMeanwhile.to_string()) {
        return refused(
            ErrorCode::LoginRefused,
            "signed_out_meanwhile",
            "You were signed out at the provider meanwhile. Sign in again.",
        );
    }
    tracing::error!(%error, "the session could not be written");
    Failure::of_status(axum::http::StatusCode::INTERNAL_SERVER_ERROR).into()
}

async fn begin_session(
    session: &Session,
    new: &flui_identity::sign_ins::NewSession,
    id_token: &SecretString,
) -> Result<(), tower_sessions::session::Error> {
    session.flush().await?;
    session.insert(NEW_SESSION, new).await?;
    session.save().await?;
    if let Some(id) = session.id() {
        let sealed = RelyingParty::seal(&id.to_string(), id_token.expose_secret());
        session.insert(SEALED_ID_TOKEN, sealed).await?;
    }
    Ok(())
}

/// Reads the query. A parameter that comes twice is an attack or an accident; neither may choose which one counts.
fn read(query: &str) -> Result<Answer, Refused> {
    let mut answer = Answer::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let place = match &*name {
            "code" => &mut answer.code,
            "state" => &mut answer.state,
            "iss" => &mut answer.iss,
            "error" => &mut answer.error,
            _ => continue,
        };
        if place.replace(value.into_owned()).is_some() {
            return Err(refused(
                ErrorCode::BadRequest,
                "parameter_repeated",
                "The provider's answer holds a parameter twice. Start again.",
            ));
        }
    }
    Ok(answer)
}

/// Our own words for the provider's error codes (OpenID Connect Core 1.0, section 3.1.2.6). Its description is never
/// shown: anybody can write it into an address.
fn provider_said_no(error: &str) -> Refused {
    let (reason, detail) = match error {
        "access_denied" => (
            "access_denied",
            "The sign-in was cancelled, or the provider refused it. Start again.",
        ),
        "login_required" | "interaction_required" | "account_selection_required" | "consent_required" => (
            "interaction_required",
            "The provider needs you to sign in there first. Start again.",
        ),
        "temporarily_unavailable" | "server_error" => (
            "provider_error",
            "The provider had a fault of its own. Start again in a moment.",
        ),
        _ => (
            "provider_error",
            "The provider refused the sign-in. If it happens again, tell whoever runs this.",
        ),
    };
    refused(ErrorCode::LoginRefused, reason, detail)
}

fn login_error(error: LoginError) -> Refused {
    match error {
        LoginError::Provider(error) => Refused {
            failure: error.into(),
            reason: Some("provider_failed"),
        },
        LoginError::Refused(reason) => {
            tracing::warn!(reason, "the provider's answer was not accepted");
            refused(
                ErrorCode::LoginNotVerified,
                reason,
                "The provider's answer did not pass verification, so nobody was signed in. Start again.",
            )
        }
    }
}
