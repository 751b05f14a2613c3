//! Tools and files of others that the commands need: found, or installed where that can be done without asking, or
//! asked for in a sentence that says how.

mod browser;
mod debian;
mod guides;
mod port;
mod postgres;
mod proxies;
mod python;
mod wasm_target;
mod wrk;

pub(crate) use browser::{chromium, end2end_packages};
pub(crate) use guides::guides;
pub(crate) use port::free_address;
pub(crate) use postgres::Postgres;
pub(crate) use proxies::{nginx, proxies};
pub(crate) use python::schemathesis;
pub(crate) use wasm_target::{WASM_TARGET, WasmToolchain, wasm_target};
pub(crate) use wrk::wrk;
