//! `GET /.well-known/openid-configuration`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use crate::documents;
use crate::provider::Provider;

pub(super) async fn show(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let algorithm = provider.lock().keys.algorithm();
    Json(documents::discovery(&provider, algorithm))
}
