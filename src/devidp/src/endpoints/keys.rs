//! `GET /oauth/v2/keys`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use crate::documents;
use crate::provider::Provider;
use crate::spoil::{Document, Facts};

pub(super) async fn show(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let state = provider.lock();
    let mut document = documents::jwks(&state.keys);
    let facts = Facts {
        issuer: &provider.issuer,
        client_id: "",
        now: state.now(),
    };
    state.spoils.apply(Document::KeySet, &mut document, &facts);
    Json(document)
}
