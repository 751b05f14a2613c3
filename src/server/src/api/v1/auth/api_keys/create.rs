use axum::{
    Json as JsonAnswer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use flui_identity::{
    Caller, Error,
    audit::Action,
    exchange::ExchangeKey,
    sign_ins::{CreateKey, CreatedKey, GrantRequest, Retry},
};
use flui_model::{
    ErrorCode, FieldError, Kind,
    api_keys::{CreateApiKey, CreatedApiKey},
};
use flui_oidc::BearerError;
use secrecy::ExposeSecret;

use super::retry::IdempotencyKey;
use crate::{
    app::App,
    failure::Failure,
    middleware::rate,
    request::{Json, RequestContext},
};

/// Makes a key.
///
/// A CI or service key for somebody who is signed in, from a session only after a fresh sign-in, with a key only if it
/// has `keys:change`. With an OpenID bearer a workstation key: the exchange, for which each bearer is good once.
#[utoipa::path(
    post,
    path = "/api/v1/auth/api-keys",
    operation_id = "createApiKey",
    tag = "Keys",
    security(("key" = []), ("session" = []), ("openid" = [])),
    params((
        "Idempotency-Key" = Option<String>,
        Header,
        pattern = r#"^"[ !#-\[\]-~]{1,64}"$"#,
        description = "A name for the request, between double quotes. Sent again under the same name after a lost answer, it makes \
                       no second key: the lost secret opens nothing any more.",
    )),
    request_body = CreateApiKey,
    responses((status = 201, description = "The key, in clear this once.", body = CreatedApiKey)),
    extensions(("x-codes" = json!([
        ErrorCode::InvalidField,
        ErrorCode::InvalidScope,
        ErrorCode::Forbidden,
        ErrorCode::ScopeTooWide,
        ErrorCode::FreshSignInNeeded,
        ErrorCode::BearerSpent,
        ErrorCode::AlreadyAnswered,
        ErrorCode::IdempotencyKeyReused,
        ErrorCode::ProviderFailed,
        ErrorCode::ProviderUnavailable,
    ]))),
)]
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
    let bearer = match app.relying_party.verify_bearer(bearer).await {
        Ok(bearer) => bearer,
        Err(error) => {
            let (reason, failure) = match error {
                BearerError::Provider(error) => ("provider_failed", Failure::from(error)),
                // One answer for all causes: strangers learn nothing about which token was nearly good.
                BearerError::Refused(reason) => {
                    tracing::warn!(reason, "a bearer was refused at the exchange");
                    (reason, Error::InvalidToken.into())
                }
            };
            app.identity
                .record_refusal(Action::KeyExchanged, reason, &context.client)
                .await;
            return Err(failure);
        }
    };
    rate::limit_exchange(app, &bearer.person)?;
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
