//! The dashboard and API server: configuration, router, middleware, and the thin handlers that hand requests to the
//! rules of `flui-identity`.
//!
//! A handler makes three moves: take the [`request::RequestContext`], call a rule, shape the answer. What a person may
//! do is decided by the rules alone.

mod api;
mod app;
mod app_clients;
mod assets;
pub mod audit_command;
mod auth;
mod calendar;
pub mod check;
mod clock;
pub mod config;
mod connections;
pub mod core_dumps;
mod downloads;
mod failure;
mod forms;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzzed;
mod health;
#[cfg(feature = "hostile-check")]
pub mod hostile;
mod local_path;
mod metrics;
mod middleware;
mod outbound;
mod owners;
mod pages;
mod random;
mod reachability;
mod request;
mod router;
mod serve;
mod start;
mod webhook;

pub use api::openapi;
pub use app::{App, StartError};
pub use clock::{Steady, SystemClock};
pub use random::SystemRandom;
pub use serve::{Served, serve};

/// Brings the configured database to the schema of this version.
pub async fn migrate(config: &config::Config) -> Result<(), StartError> {
    flui_store::migrate(&app::database(&config.database)).await?;
    Ok(())
}
