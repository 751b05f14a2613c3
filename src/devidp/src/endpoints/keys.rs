//! `GET /oauth/v2/keys`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use crate::documents;
use crate::provider::Provider;

pub(super) async fn show(State(provider): State<Arc<Provider>>) -> Json<Value> {
    Json(documents::jwks(&provider.lock().keys))
}
