use std::net::{SocketAddr, TcpListener};

use anyhow::{Context as _, Result};

/// An address of loopback that nothing listens on just now.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?)
}
