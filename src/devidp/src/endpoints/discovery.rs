//! `GET /.well-known/openid-configuration`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use crate::documents;
use crate::provider::Provider;
use crate::spoil::{Document, Facts};

pub(super) async fn show(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let state = provider.lock();
    let mut document = documents::discovery(&provider, state.keys.algorithm());
    let facts = Facts {
        issuer: &provider.issuer,
        client_id: "",
        now: state.now(),
    };
    state.spoils.apply(Document::Discovery, &mut document, &facts);
    Json(document)
}
