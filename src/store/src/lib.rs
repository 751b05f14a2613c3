//! The [`flui_identity::Store`] on SQLite and PostgreSQL, and the session store of `tower-sessions` over it.
//!
//! SQL stands once where the two dialects agree, which is nearly everywhere: `query` builds a text with its values,
//! and `database` runs it on whichever pool is open. One module for each noun holds its SQL: `people`,
//! `sign_ins`, `contexts`, `audit`, `logins`, `refresh_tokens`. What a transaction notes for the audit log is written by `chain` at its end.
//!
//! To add a table: write `migrations/sqlite/NNNN_name.sql` and its twin under `migrations/postgres`, both only ever
//! adding; add the method to the port; give the noun a module here; run it from `store`; and test it in
//! `tests/store`, where each test runs on both databases.

mod app_clients;
mod apps;
mod audit;
mod audit_log;
mod calendars;
mod chain;
mod contexts;
mod database;
mod device_logins;
mod fault;
mod live;
mod lock;
mod logins;
mod open;
mod people;
mod postgres;
mod query;
mod refresh_tokens;
mod rows;
mod sessions;
mod sign_ins;
mod sqlite;
mod store;
mod turns;
mod watched;
mod webhook_deliveries;

pub use audit_log::{AuditLog, ReadError};
pub use open::{Database, OpenError, check, migrate, open, open_with_webhook, schema};
pub use sessions::{NEW_SESSION, Sessions};
