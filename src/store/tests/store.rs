//! The contract of the store: each test runs on SQLite and on PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    missing_docs,
    unreachable_pub,
    reason = "a test that cannot go on should stop right there, and its names are its docs"
)]

mod store {
    mod app_clients;
    mod apps;
    mod audit;
    mod calendars;
    mod chain;
    mod contexts;
    mod count_live;
    mod device_logins;
    mod end;
    mod estate;
    mod expiries;
    mod faults;
    mod insert;
    mod key_life;
    mod key_uses;
    mod leaks;
    mod list;
    mod live;
    mod logins;
    mod lost_answers;
    mod opening;
    mod owners;
    mod people;
    mod races;
    mod sessions;
    mod support;
    mod sweep;
    mod uses;
    mod webhook_deliveries;
}
