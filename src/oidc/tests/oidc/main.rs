//! The relying party against real providers: the development provider for what must work, and one that says whatever a
//! test wants for what must be refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "tests"
)]

mod app_clients;
mod bearer;
mod discovery;
mod id_token;
mod keys;
mod login;
mod logout_token;
mod refresh;
mod support;
mod transport;
mod userinfo;
