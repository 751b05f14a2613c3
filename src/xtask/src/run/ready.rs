//! Waits until a server answers. A few lines of HTTP over loopback, so no client library is needed for it.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::process::{self, Service};

const LIMIT: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_secs(2);

/// Returns once `path` answers 200; an error when the service ends first or a minute has gone by.
pub(crate) fn wait(service: &mut Service, address: SocketAddr, path: &str) -> Result<()> {
    let start = Instant::now();
    let mut last = "no connection".to_owned();
    while start.elapsed() < LIMIT {
        match status_line(address, path) {
            Ok(line) if line.split(' ').nth(1) == Some("200") => return Ok(()),
            Ok(line) => last = line,
            Err(error) => last = error.to_string(),
        }
        service.check()?;
        process::tick()?;
    }
    bail!("http://{address}{path} does not become ready (last answer: {last})");
}

fn status_line(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.take(1024).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned())
}
