use axum::{Json, extract::State};
use flui_model::{
    ErrorCode, ScopeSet,
    introspection::{ActiveKey, Introspect, Introspection},
};

use crate::{
    app::App,
    failure::Failure,
    request::{Form, RequestContext},
};

/// Room for the whole catalogue as one text, in bytes.
const LONGEST: usize = 512;

/// Tells a service whether a key that was presented to it is good (RFC 7662).
///
/// For keys of kind `service` alone. Whatever is no good gets `{"active":false}`, to the byte.
#[utoipa::path(
    post,
    path = "/api/v1/auth/introspect",
    operation_id = "introspectKey",
    tag = "Keys",
    security(("key" = [])),
    request_body(content = Introspect, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Whether the key is good, and what the service may know of it.", body = Introspection)),
    extensions(("x-codes" = json!([
        ErrorCode::BadRequest,
        ErrorCode::UnsupportedMediaType,
        ErrorCode::Forbidden,
    ]))),
)]
pub(super) async fn introspect(
    State(app): State<App>,
    context: RequestContext,
    form: Result<Form<Introspect>, Failure>,
) -> Result<Json<Introspection>, Failure> {
    // Who asks comes before what is asked, so that strangers learn nothing about the form.
    context.caller.signed_in()?;
    let Form(asked) = form.map_err(explain)?;
    if asked.token.is_empty() {
        return Err(malformed());
    }
    let key = app
        .identity
        .introspect(&context.caller, &asked.token, asked.address, &context.client)
        .await?;
    Ok(Json(Introspection {
        active: key.is_some(),
        key: key.map(|key| ActiveKey {
            sub: key.person,
            iss: app.public_origin.to_string(),
            scope: words(key.scopes),
            client_id: key.id,
            exp: key.expires_at.as_seconds(),
            iat: key.created_at.as_seconds(),
            token_type: "Bearer".to_owned(),
            kind: key.kind,
            contexts: key.contexts,
        }),
    }))
}

/// The scopes as one text (RFC 6749, section 3.3).
fn words(scopes: ScopeSet) -> String {
    let mut text = String::with_capacity(LONGEST);
    for scope in scopes.iter() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(scope.as_str());
    }
    text
}

/// Says what a form that cannot be read should have held; other failures stay as they are.
fn explain(failure: Failure) -> Failure {
    match failure.code {
        ErrorCode::BadRequest | ErrorCode::UnknownField => malformed(),
        _ => failure,
    }
}

fn malformed() -> Failure {
    Failure::new(
        ErrorCode::BadRequest,
        "Send a form with exactly one token and, if it is known, one address that the token came from.",
    )
}
