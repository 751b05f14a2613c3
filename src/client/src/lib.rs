//! The dashboard's API, typed: one method for each call that a program makes, with the bodies of `flui-model`.
//!
//! Secrets are sent to confidential addresses alone ([`ApiUrl`]), no redirect is followed, and no answer is read without
//! end. What goes wrong is an [`Error`] that tells a no of the dashboard from an answer that never came.

mod address;
mod calls;
mod client;
mod error;
mod http;
mod key;

pub use address::{ApiUrl, is_confidential};
pub use client::Client;
pub use error::{Error, Refusal};
pub use http::{Answer, http_client, root_cause, send};
pub use key::Key;
