//! `/control/…`: the control over HTTP, for tests that run elsewhere.
//!
//! Every order is a POST with a JSON body: browsers ask before they send such a body to another origin, and get no
//! permission here.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::Control;
use crate::error::Error;
use crate::spoil::Switch;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    login: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Membership {
    login: String,
    group: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    login: String,
    client_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    seconds: i64,
}

/// An order that could not be followed: 404 for an unknown person, session or switch, 500 for a key that could not be made.
struct Refused(Error);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match self.0 {
            Error::UnknownPerson(_) | Error::NoSession(_) | Error::UnknownSwitch(_) => StatusCode::NOT_FOUND,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(json!({ "error": self.0.to_string() }))).into_response()
    }
}

type Done = Result<StatusCode, Refused>;

fn done(result: Result<(), Error>) -> Done {
    result.map(|()| StatusCode::NO_CONTENT).map_err(Refused)
}

pub(super) fn router(control: Control) -> Router {
    Router::new()
        .route("/control/disable-person", post(disable_person))
        .route("/control/enable-person", post(enable_person))
        .route("/control/add-group", post(add_group))
        .route("/control/drop-group", post(drop_group))
        .route("/control/rotate-keys", post(rotate_keys))
        .route("/control/retire-old-keys", post(retire_old_keys))
        .route("/control/advance-clock", post(advance_clock))
        .route("/control/end-sessions", post(end_sessions))
        .route("/control/pause", post(pause))
        .route("/control/resume", post(resume))
        .route("/control/switches", get(switches))
        .route("/control/switch-on", post(switch_on))
        .route("/control/switch-off", post(switch_off))
        .route("/control/logout-token", post(logout_token))
        .route("/control/calls", get(calls))
        .with_state(control)
}

async fn disable_person(State(control): State<Control>, Json(body): Json<Login>) -> Done {
    done(control.disable_person(&body.login))
}

async fn enable_person(State(control): State<Control>, Json(body): Json<Login>) -> Done {
    done(control.enable_person(&body.login))
}

async fn add_group(State(control): State<Control>, Json(body): Json<Membership>) -> Done {
    done(control.add_group(&body.login, &body.group))
}

async fn drop_group(State(control): State<Control>, Json(body): Json<Membership>) -> Done {
    done(control.drop_group(&body.login, &body.group))
}

async fn rotate_keys(State(control): State<Control>, Json(Nothing {}): Json<Nothing>) -> Result<Json<Value>, Refused> {
    let kid = control.rotate_keys().await.map_err(Refused)?;
    Ok(Json(json!({ "kid": kid })))
}

async fn retire_old_keys(State(control): State<Control>, Json(Nothing {}): Json<Nothing>) -> StatusCode {
    control.retire_old_keys();
    StatusCode::NO_CONTENT
}

async fn advance_clock(State(control): State<Control>, Json(body): Json<Step>) -> StatusCode {
    control.advance_clock(body.seconds);
    StatusCode::NO_CONTENT
}

async fn end_sessions(State(control): State<Control>, Json(body): Json<Login>) -> Result<Json<Value>, Refused> {
    let ended = control.end_sessions(&body.login).await.map_err(Refused)?;
    Ok(Json(json!({ "ended": ended })))
}

async fn pause(State(control): State<Control>, Json(Nothing {}): Json<Nothing>) -> StatusCode {
    control.pause();
    StatusCode::NO_CONTENT
}

async fn resume(State(control): State<Control>, Json(Nothing {}): Json<Nothing>) -> StatusCode {
    control.resume();
    StatusCode::NO_CONTENT
}

async fn switches() -> Json<Vec<Switch>> {
    Json(Control::switches())
}

async fn switch_on(State(control): State<Control>, Json(body): Json<Named>) -> Done {
    done(control.switch_on(&body.name))
}

async fn switch_off(State(control): State<Control>, Json(Nothing {}): Json<Nothing>) -> StatusCode {
    control.switch_off();
    StatusCode::NO_CONTENT
}

async fn logout_token(State(control): State<Control>, Json(body): Json<Told>) -> Result<Json<Value>, Refused> {
    let token = control.logout_token(&body.login, &body.client_id).map_err(Refused)?;
    Ok(Json(json!({ "logout_token": token })))
}

async fn calls(State(control): State<Control>) -> Json<BTreeMap<String, u64>> {
    Json(control.calls())
}
