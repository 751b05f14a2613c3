//! `/healthz` and `/readyz`, for whatever watches the process. They answer under any host name.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;

use crate::app::App;

/// Alive: the process answers. Depends on nothing.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// What readiness rests on.
#[derive(Debug, Serialize)]
pub(crate) struct Readiness {
    status: &'static str,
    database: &'static str,
    provider: &'static str,
}

/// Ready: the database answers in its present schema and the provider has been discovered. Without the provider the
/// state is `degraded`, still with 200: keys and live sessions go on, and to take this process out of service would end
/// them too. Only new sign-ins wait.
pub(crate) async fn readyz(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let database = app.identity.ping().await.is_ok();
    let provider = app.relying_party.ready().await.is_ok();
    let word = |good: bool| if good { "ok" } else { "unavailable" };
    let status = match (database, provider) {
        _ if app.stopping.is_cancelled() => "stopping",
        (true, true) => "ready",
        (true, false) => "degraded",
        (false, _) => "unavailable",
    };
    let code = if matches!(status, "ready" | "degraded") {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        code,
        Json(Readiness {
            status,
            database: word(database),
            provider: word(provider),
        }),
    )
}
