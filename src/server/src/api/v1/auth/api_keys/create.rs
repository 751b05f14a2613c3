use axum::{
    Json as JsonAnswer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use flui_identity::{
    Caller, Error,
    exchange::ExchangeKey,
    sign_ins::{CreateKey, CreatedKey, GrantRequest, Retry},
};
use flui_model::{FieldError, Kind, api_keys::CreateApiKey};
use flui_oidc::BearerError;
use secrecy::ExposeSecret;

use super::retry::IdempotencyKey;
use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
};

/// `POST /api/v1/auth/api-keys`: a workstation key for an OpenID bearer (the exchange), or a CI or service key for
/// somebody who is signed in.
pub(crate) async fn create(
    State(app): State<App>,
    context: RequestContext,
    idempotency_key: IdempotencyKey,
    Json(body): Json<CreateApiKey>,
) -> Result<Response, Failure> {
    let retry = idempotency_key.of(&body);
    let created = if let (Caller::Nobody, Some(bearer)) = (&context.caller, &context.bearer) {
        exchange(&app, &context, bearer.expose_secret(), body, retry).await?
    } else {
        let wanted = CreateKey {
            grant: GrantRequest::from(&body),
            name: body.name,
            kind: body.kind.unwrap_or(Kind::Ci),
            expires_at: body.expires_at,
            context: body.context,
            networks: body.networks.unwrap_or_default(),
            retry,
        };
        app.identity
            .create_key(&context.caller, wanted, &context.client)
            .await?
    };
    let view = created.view(app.identity.policy());
    Ok((StatusCode::CREATED, JsonAnswer(view)).into_response())
}

async fn exchange(
    app: &App,
    context: &RequestContext,
    bearer: &str,
    body: CreateApiKey,
    retry: Option<Retry>,
) -> Result<CreatedKey, Failure> {
    let bearer = app
        .relying_party
        .verify_bearer(bearer)
        .await
        .map_err(|error| match error {
            BearerError::Provider(error) => Failure::from(error),
            // One answer for all causes: strangers learn nothing about which token was nearly good.
            BearerError::Refused(reason) => {
                tracing::warn!(reason, "a bearer was refused at the exchange");
                Error::InvalidToken.into()
            }
        })?;
    if !matches!(body.kind, None | Some(Kind::Workstation)) {
        return Err(Error::Invalid(vec![FieldError::new(
            "kind",
            "A bearer is exchanged for a workstation key. Create other keys with the key, or in the dashboard.",
        )])
        .into());
    }
    let wanted = ExchangeKey {
        grant: GrantRequest::from(&body),
        name: body.name,
        expires_at: body.expires_at,
        context: body.context,
        machine: body.machine,
        networks: body.networks.unwrap_or_default(),
        retry,
    };
    Ok(app.identity.exchange_key(bearer, wanted, &context.client).await?)
}
