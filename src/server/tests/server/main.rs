//! The server over HTTP, with the real provider beside it. Names that begin with a letter and number belong to that
//! promise of `docs/promises.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that is surprised should stop right there"
)]

mod api_keys;
mod app_clients;
mod apps;
mod audit;
mod audit_command;
mod audit_rows;
mod backup;
mod bad_input;
mod binary;
mod bodies;
mod breakdowns;
mod calendar;
mod canaries;
mod clocks;
mod context_check;
mod contexts;
mod crowds;
mod device;
mod estate;
mod exchange;
mod expiry;
mod faults;
mod floods;
mod forms_survive;
mod headers;
mod health;
mod herd;
mod huge;
mod introspect;
mod key_life;
mod key_networks;
mod key_pages;
mod key_refusals;
mod keys_pages;
mod killed;
mod killed_mixed;
mod leaks;
mod limits;
mod logout;
mod lost;
mod lost_answers;
mod matrix;
mod migrations;
mod no_late_yes;
mod openapi;
mod origin;
mod owners;
mod people;
mod polyglots;
mod process;
mod provider_dies;
mod replicas;
mod revoke_held;
mod sessions;
mod sign_in;
mod silence;
mod slow_clients;
mod stale_admins;
mod starts;
mod verify_guide;
mod webhook;
mod wire;

use flui_testkit::TestApp;
use reqwest::{Method, Response};
use serde_json::Value;

/// Status and stable code of a refusal.
async fn refusal(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let kind = answer
        .headers()
        .get("content-type")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(kind, "application/problem+json", "status {status}");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["status"], status);
    assert!(body["requestId"].as_str().unwrap().len() >= 8);
    assert!(body["detail"].as_str().unwrap().ends_with(['.', ')']), "{body}");
    (status, body["code"].as_str().unwrap().to_owned())
}

/// All audit rows that an admin sees, newest first.
async fn audit(app: &TestApp) -> Vec<Value> {
    let admin = app.browser();
    admin.sign_in("ada").await;
    let answer = admin.get("/api/v1/audit/events?limit=200").await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    body["items"].as_array().unwrap().clone()
}

/// Who the bearer belongs to, or the refusal.
async fn me(app: &TestApp, bearer: &str) -> Response {
    app.api_as(bearer, Method::GET, "/api/v1/auth/me").send().await.unwrap()
}
