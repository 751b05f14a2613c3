//! The program `flui` as people and scripts meet it: spawned, with a folder of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "a test ends at the first surprise"
)]

mod cli {
    mod audit;
    mod browser;
    mod completion;
    mod config;
    mod context;
    mod device;
    mod expiry_hint;
    mod keys;
    mod login;
    mod man;
    mod network;
    mod reference;
    mod sign_in;
    mod snippets;
    mod support;
}
