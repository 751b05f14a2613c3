//! Waits until a server answers.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    http,
    process::{self, Service},
};

const LIMIT: Duration = Duration::from_mins(1);

/// Returns once `path` answers 200; an error when the service ends first or a minute has gone by.
pub(crate) fn wait(service: &mut Service, address: SocketAddr, path: &str) -> Result<()> {
    let start = Instant::now();
    let mut last = "no connection".to_owned();
    while start.elapsed() < LIMIT {
        match http::get(address, path, &[]) {
            Ok(answer) if answer.status() == 200 => return Ok(()),
            Ok(answer) => answer.status_line().clone_into(&mut last),
            Err(error) => last = error.to_string(),
        }
        service.check()?;
        process::tick()?;
    }
    bail!("http://{address}{path} does not become ready (last answer: {last})");
}
