use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use flui_model::{
    ErrorCode,
    revocation::{Revoke, RevokeError, RevokeErrorCode},
};

use crate::{
    app::App,
    failure::Failure,
    request::{Form, RequestContext},
};

/// Ends the key in the form (RFC 7009).
///
/// For whoever holds it; 200 for what is no key, too (section 2.2), and for a key only once it is dead.
#[utoipa::path(
    post,
    path = "/api/v1/auth/revoke",
    operation_id = "revokeHeldKey",
    tag = "Keys",
    security(()),
    request_body(content = Revoke, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It opens nothing any more, or never did."),
        (status = 400, description = "The form does not hold exactly one token.", body = RevokeError),
    ),
    extensions(("x-codes" = json!([ErrorCode::UnsupportedMediaType]))),
)]
pub(super) async fn revoke(
    State(app): State<App>,
    context: RequestContext,
    form: Result<Form<Revoke>, Failure>,
) -> Result<Response, Failure> {
    let token = match form {
        Ok(Form(form)) if !form.token.is_empty() => form.token,
        Ok(_) => return Ok(malformed()),
        Err(failure) if matches!(failure.code, ErrorCode::BadRequest | ErrorCode::UnknownField) => {
            return Ok(malformed());
        }
        Err(failure) => return Err(failure),
    };
    app.identity.revoke_held_key(&token, &context.client).await?;
    Ok(StatusCode::OK.into_response())
}

fn malformed() -> Response {
    let body = RevokeError {
        error: RevokeErrorCode::InvalidRequest,
        error_description: "Send a form with exactly one token.".to_owned(),
    };
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
