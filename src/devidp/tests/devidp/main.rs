//! The development provider over HTTP, as relying parties and browsers meet it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    missing_docs,
    unreachable_pub,
    reason = "a test that cannot go on fails, and nobody reads its documentation"
)]

mod binary;
mod code;
mod control;
mod logout;
mod registration;
mod session;
mod spoil;
mod support;
mod tokens;
