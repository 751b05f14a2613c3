use axum::{Json, extract::State};
use flui_identity::{Error, sign_ins::ListKeys};
use flui_model::{
    ErrorCode, FieldError, Page,
    api_keys::{ApiKeyView, ListApiKeys},
    page_limit,
};

use crate::{
    app::App,
    failure::Failure,
    request::{Query, RequestContext},
};

/// Lists keys.
///
/// One's own, live ones first and each part newest first; with `person=all` everybody's, for admins. A key needs
/// `keys:look`.
#[utoipa::path(
    get,
    path = "/api/v1/auth/api-keys",
    operation_id = "listApiKeys",
    tag = "Keys",
    params(ListApiKeys),
    responses((status = 200, description = "A page of keys.", body = Page<ApiKeyView>)),
    extensions(("x-codes" = json!([ErrorCode::InvalidField, ErrorCode::Forbidden]))),
)]
pub(crate) async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListApiKeys>,
) -> Result<Json<Page<ApiKeyView>>, Failure> {
    let everybody = match query.person.as_deref() {
        None => false,
        Some("all") => true,
        Some(_) => {
            let fault = FieldError::new("person", "Leave it out for your own keys, or say all.");
            return Err(Error::Invalid(vec![fault]).into());
        }
    };
    let wanted = ListKeys {
        everybody,
        cursor: query.cursor,
        limit: page_limit(query.limit),
        ..ListKeys::default()
    };
    Ok(Json(app.identity.list_keys(&context.caller, &wanted).await?))
}
