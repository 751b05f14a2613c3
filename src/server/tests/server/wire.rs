//! Clients that speak HTTP by hand, byte for byte.

use std::{io::Result, time::Duration};

use flui_testkit::TestApp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Long enough for whatever the server promises to end.
pub(crate) const AMPLE: Duration = Duration::from_mins(1);

/// The dashboard's address without its scheme.
pub(crate) fn host(app: &TestApp) -> &str {
    app.url.strip_prefix("http://").unwrap()
}

/// A connection on which nothing was said yet.
pub(crate) async fn connect(app: &TestApp) -> Result<TcpStream> {
    TcpStream::connect(host(app)).await
}

/// What comes until the end of the connection, which a reset is too.
pub(crate) async fn to_its_end(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let read = timeout(AMPLE, stream.read_to_end(&mut all)).await;
    let _ = read.expect("the connection does not end");
    String::from_utf8_lossy(&all).into_owned()
}

/// Sends this on a connection of its own and gives all that comes back.
pub(crate) async fn answer(app: &TestApp, sent: &str) -> String {
    let mut stream = connect(app).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    to_its_end(&mut stream).await
}

/// The statuses of the answers in what came.
pub(crate) fn statuses(came: &str) -> Vec<u16> {
    let after = came.split("HTTP/1.1 ").skip(1);
    after.map(|text| text[..3].parse().unwrap()).collect()
}

/// How many files this process may still open, with some left for other tests.
pub(crate) fn files() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap());
    limit.saturating_sub(500) / 2
}
