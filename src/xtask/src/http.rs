//! A few lines of HTTP over loopback, so that no client library is needed for it.

use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// A write waits for the disk, which others may keep busy.
const PATIENCE: Duration = Duration::from_secs(20);
/// No answer that is asked for here is larger, in bytes.
const LIMIT: u64 = 8 * 1024 * 1024;

/// An answer, as it came over the wire.
pub(crate) struct Answer {
    /// The status line and header fields.
    pub(crate) head: String,
    /// What followed them.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The status; 0 for a first line without one.
    pub(crate) fn status(&self) -> u16 {
        self.status_line()
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse().ok())
            .unwrap_or_default()
    }

    /// The first line.
    pub(crate) fn status_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// Whether there is a header field with this name and value, in any case of letters.
    pub(crate) fn says(&self, name: &str, value: &str) -> bool {
        self.head.lines().skip(1).any(|line| {
            line.split_once(':')
                .is_some_and(|(n, v)| n.eq_ignore_ascii_case(name) && v.trim().eq_ignore_ascii_case(value))
        })
    }
}

/// Asks for `path` with further header fields.
pub(crate) fn get(address: SocketAddr, path: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
    send(address, "GET", path, fields, "")
}

/// Sends a request. HTTP/1.0, so that the body of the answer comes in one piece and ends with the connection.
pub(crate) fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    fields: &[(&str, &str)],
    body: &str,
) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut request = format!("{method} {path} HTTP/1.0\r\nHost: {address}\r\n");
    if !body.is_empty() {
        request = request + "Content-Length: " + &body.len().to_string() + "\r\n";
    }
    for (name, value) in fields {
        request = request + name + ": " + value + "\r\n";
    }
    stream.write_all((request + "\r\n" + body).as_bytes())?;
    let mut answer = Vec::new();
    stream.take(LIMIT).read_to_end(&mut answer)?;
    split(&answer).ok_or_else(|| io::Error::new(ErrorKind::InvalidData, "no answer in HTTP"))
}

fn split(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(Answer {
        head: String::from_utf8_lossy(&answer[..end]).into_owned(),
        body: answer[end + 4..].to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_split_into_its_parts() {
        let answer = split(b"HTTP/1.0 200 OK\r\nContent-Encoding: BR\r\n\r\nbody\r\n\r\n").unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.says("content-encoding", "br"));
        assert!(!answer.says("content-encoding", "gzip"));
        assert_eq!(answer.body, b"body\r\n\r\n");
        assert!(split(b"HTTP/1.0 200 OK\r\n").is_none());
        assert_eq!(split(b"junk\r\n\r\n").unwrap().status(), 0);
    }
}
