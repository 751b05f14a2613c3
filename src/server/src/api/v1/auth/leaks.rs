use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use flui_model::{
    ErrorCode,
    revocation::{JudgedLeak, LeakLabel, MAX_LEAKS, ReportLeak},
};

use crate::{
    app::App,
    failure::Failure,
    request::{Json, RequestContext},
    router::DoNotCompress,
};

/// Ends keys that secret scanners found in public.
///
/// For anybody: who could report a key can end it anyway, so reports need no signature. The shape is that of GitHub's secret
/// scanning.
#[utoipa::path(
    post,
    path = "/api/v1/auth/leaks",
    operation_id = "reportLeaks",
    tag = "Keys",
    security(()),
    request_body(content = Vec<ReportLeak>, description = "1 to 100 secrets."),
    responses((status = 200, description = "What became of each secret.", body = Vec<JudgedLeak>)),
    extensions(("x-codes" = json!([ErrorCode::BadRequest]))),
)]
pub(super) async fn report(
    State(app): State<App>,
    context: RequestContext,
    Json(leaks): Json<Vec<ReportLeak>>,
) -> Result<Response, Failure> {
    if leaks.is_empty() || leaks.len() > MAX_LEAKS {
        return Err(Failure::new(
            ErrorCode::BadRequest,
            format!("Report 1 to {MAX_LEAKS} secrets at once."),
        ));
    }
    let mut judged = Vec::with_capacity(leaks.len());
    for leak in leaks {
        let is_ours = app
            .identity
            .report_leak(&leak.token, leak.url.as_deref(), &context.client)
            .await?;
        judged.push(JudgedLeak {
            token_raw: leak.token,
            token_type: leak.token_type,
            label: if is_ours {
                LeakLabel::TruePositive
            } else {
                LeakLabel::FalsePositive
            },
        });
    }
    let mut response = axum::Json(judged).into_response();
    response.extensions_mut().insert(DoNotCompress);
    Ok(response)
}
