//! Answers who is calling, for every route, before any handler runs.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use flui_identity::{Caller, Client, Error, PresentedSecret, SecretHash};
use flui_model::{
    ErrorCode, Timestamp,
    api_keys::{ENDS_SOON, KEY_EXPIRES_HEADER},
};
use tower_sessions::Session;

use crate::{
    app::App,
    failure::Failure,
    middleware::{bearer::Bearer, cookies::SessionEnded, headers::CspNonce, rate},
    pages,
    request::RequestContext,
};

/// By what an answer of the API tells a key that it ends soon.
pub(crate) const KEY_EXPIRES: HeaderName = HeaderName::from_static(KEY_EXPIRES_HEADER);

/// Puts the [`RequestContext`] on the request.
///
/// A cookie counts as a browser session and a bearer as a key; both together are refused, since nobody could say who
/// is meant. A cookie that opens nothing makes a stranger; a bearer that opens nothing is refused, because programs
/// should learn it at once.
pub(crate) async fn identify(State(app): State<App>, session: Session, mut request: Request, next: Next) -> Response {
    let Some(client) = request.extensions().get::<Client>().cloned() else {
        return Failure::of_status(axum::http::StatusCode::INTERNAL_SERVER_ERROR).into_response();
    };
    let mut context = RequestContext {
        client,
        caller: Caller::Nobody,
        bearer: None,
        session_ended: false,
        theme: pages::theme(request.headers()),
        nonce: request
            .extensions()
            .get::<CspNonce>()
            .map(|nonce| nonce.0.clone())
            .unwrap_or_default(),
    };
    let mut authorizations = request.headers().get_all(header::AUTHORIZATION).iter();
    let authorization = authorizations.next();
    let several = authorizations.next().is_some();
    let result = match (session.id(), authorization) {
        (Some(_), Some(_)) => Err(two_credentials()),
        (_, Some(_)) if several => Err(two_credentials()),
        (Some(id), None) => by_session(&app, &SecretHash::of(&id.to_string()), &mut context).await,
        (None, Some(value)) => {
            let known = by_bearer(&app, value, &mut context).await;
            known.map_err(|refusal| rate::refused(&app, context.client.address, refusal))
        }
        (None, None) => Ok(()),
    };
    let result = result.and_then(|()| match &context.caller {
        Caller::SignedIn(signed_in) => rate::limit_person(&app, request.method(), request.uri(), signed_in),
        Caller::Nobody => Ok(()),
    });
    if let Err(failure) = result {
        return failure.into_response();
    }
    let session_ended = context.session_ended;
    let end = near_end(&context.caller, request.uri(), app.identity.now());
    request.extensions_mut().insert(context);
    let mut response = next.run(request).await;
    if session_ended {
        response.extensions_mut().insert(SessionEnded);
    }
    if let Some(end) = end.and_then(|end| HeaderValue::from_str(&end.to_string()).ok()) {
        response.headers_mut().insert(KEY_EXPIRES, end);
    }
    response
}

/// When the key that calls the API ends, if that is soon.
fn near_end(caller: &Caller, uri: &Uri, now: Timestamp) -> Option<Timestamp> {
    let sign_in = caller.signed_in().ok()?.sign_in();
    let is_near = sign_in.kind.is_key() && sign_in.expires_at <= now + ENDS_SOON;
    (is_near && uri.path().starts_with("/api/")).then_some(sign_in.expires_at)
}

async fn by_session(app: &App, hash: &SecretHash, context: &mut RequestContext) -> Result<(), Failure> {
    match app
        .identity
        .identify(&PresentedSecret::Session(*hash), &context.client)
        .await
    {
        Ok(caller) => context.caller = caller,
        Err(Error::InvalidToken) => context.session_ended = true,
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

async fn by_bearer(app: &App, header: &HeaderValue, context: &mut RequestContext) -> Result<(), Failure> {
    // The checksum of a key is tested here, before anything is looked up.
    match Bearer::read(header)? {
        Bearer::Foreign(token) => context.bearer = Some(token),
        Bearer::Key(key) => {
            let secret = PresentedSecret::Key(key);
            context.caller = app.identity.identify(&secret, &context.client).await?;
        }
    }
    Ok(())
}

fn two_credentials() -> Failure {
    Failure::new(
        ErrorCode::TwoCredentials,
        "Send either the session cookie or one Authorization header, not both.",
    )
}
