use axum::{Json, extract::State};
use flui_identity::{Error, sign_ins::ListKeys};
use flui_model::{
    FieldError, Page,
    api_keys::{ApiKeyView, ListApiKeys},
    page_limit,
};

use crate::{
    app::App,
    failure::Failure,
    request::{Query, RequestContext},
};

/// `GET /api/v1/auth/api-keys`: one's own keys, or everybody's with `person=all` for an admin.
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
