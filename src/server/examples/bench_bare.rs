//! What `cargo xtask bench` measures against: a server of the same parts that answers `ok` at `/`,
//! and nothing at `/empty`.
//!
//! Run as `bench_bare ADDRESS`; serves until it is ended.

use std::{env, net::SocketAddr};

use anyhow::{Context as _, Result};
use axum::{Router, routing::get};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<()> {
    let address: SocketAddr = env::args()
        .nth(1)
        .context("usage: bench_bare ADDRESS")?
        .parse()
        .context("the address is not of the form 127.0.0.1:8080")?;
    let listener = TcpListener::bind(address).await?;
    // nginx keeps no connection on which the answer to its `auth_request` has a body.
    let router = Router::new()
        .route("/", get(async || "ok"))
        .route("/empty", get(async || ()));
    axum::serve(listener, router).await?;
    Ok(())
}
