//! `POST /auth/backchannel-logout`: the provider ends sessions
//! (OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8).

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use flui_identity::audit::Action;
use flui_model::ErrorCode;
use flui_oidc::TokenError;
use serde::Deserialize;

use crate::{
    app::App,
    failure::Failure,
    request::{Form, RequestContext},
};

#[derive(Debug, Deserialize)]
pub(crate) struct Body {
    /// A list, so that two tokens in one body are seen and refused.
    #[serde(default)]
    logout_token: Vec<String>,
}

pub(crate) async fn backchannel_logout(
    State(app): State<App>,
    context: RequestContext,
    Form(body): Form<Body>,
) -> Result<Response, Failure> {
    let refused = |detail: &str| Failure::new(ErrorCode::InvalidLogoutToken, detail);
    let [token] = body.logout_token.as_slice() else {
        return Err(refused("Send exactly one logout_token."));
    };
    let token = match app.relying_party.verify_logout_token(token).await {
        Ok(token) => token,
        Err(error) => {
            let (reason, failure) = match error {
                TokenError::Provider(error) => ("provider_failed", Failure::from(error)),
                TokenError::Refused(reason) => {
                    tracing::warn!(reason, "a logout token was refused");
                    let detail = "The logout token did not pass verification. No session was ended.";
                    (reason, refused(detail))
                }
            };
            app.identity
                .record_refusal(Action::LogoutReceived, reason, &context.client)
                .await;
            return Err(failure);
        }
    };
    match app.identity.provider_logout(&token, &context.client).await? {
        Some(ended) => {
            tracing::info!(count = ended.ended.len(), "the provider ended sessions");
            Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response())
        }
        None => Err(refused(
            "The logout token was used before. No session was ended by it again.",
        )),
    }
}
