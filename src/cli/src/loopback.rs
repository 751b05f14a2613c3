//! The callback listener on this machine's loopback (RFC 8252, 7.3).

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    callback::{self, Expected, Outcome},
    exit::Fault,
    page::Page,
};

/// The longest request head that is read. Codes and states are far shorter.
const LONGEST_HEAD: usize = 16 * 1024;
/// How long a visitor may take to say or hear something.
const PATIENCE: Duration = Duration::from_secs(10);

/// Listeners on one port of the loopback.
pub(crate) struct Loopback {
    port: u16,
    listeners: Vec<TcpListener>,
}

impl Loopback {
    /// Takes the first port that is free. Only these are registered at the provider.
    pub(crate) async fn bind(ports: &[u16]) -> Result<Self, Fault> {
        for &port in ports {
            if let Ok(listeners) = listen(port).await {
                return Ok(Self { port, listeners });
            }
        }
        let ports = ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
        Err(Fault::failure(format!(
            "No port for the browser's answer is free on this machine ({ports})."
        ))
        .note("Another sign-in may be waiting: end it, or the programs that hold these ports."))
    }

    /// The redirect address.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("http://localhost:{}{}", self.port, callback::PATH)
    }

    /// Begins to answer browsers.
    pub(crate) fn wait(self, expected: Expected) -> Waiting {
        let (sender, receiver) = mpsc::channel(1);
        let door = Arc::new(Door {
            expected,
            taken: AtomicBool::new(false),
            sender,
        });
        let mut tasks = JoinSet::new();
        for listener in self.listeners {
            tasks.spawn(accept(listener, Arc::clone(&door)));
        }
        Waiting {
            receiver,
            _tasks: tasks,
        }
    }
}

/// `localhost` may mean either family, so both are listened on. A port that another program holds in one family is of
/// no use: the browser could bring the answer there.
async fn listen(port: u16) -> io::Result<Vec<TcpListener>> {
    let mut listeners = vec![TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?];
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
        Ok(listener) => listeners.push(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
        // This machine has no IPv6.
        Err(_) => {}
    }
    Ok(listeners)
}

/// Ends listening when dropped.
pub(crate) struct Waiting {
    receiver: mpsc::Receiver<Callback>,
    _tasks: JoinSet<()>,
}

impl Waiting {
    /// The one callback that belongs to this sign-in.
    pub(crate) async fn callback(&mut self) -> Result<Callback, Fault> {
        self.receiver
            .recv()
            .await
            .ok_or_else(|| Fault::failure("The callback listener stopped."))
    }
}

/// The provider's answer, and the browser that brought it and still waits for a page.
pub(crate) struct Callback {
    /// How the provider ended the sign-in.
    pub(crate) outcome: Outcome,
    /// The browser.
    pub(crate) browser: Browser,
}

/// A browser that waits for its page.
pub(crate) struct Browser(TcpStream);

impl Browser {
    /// Shows a page. A browser that went away misses nothing that the terminal does not say too.
    pub(crate) async fn show(mut self, page: &Page) {
        let response = page.to_response();
        let _ = timeout(PATIENCE, async {
            self.0.write_all(response.as_bytes()).await?;
            self.0.shutdown().await
        })
        .await;
    }
}

struct Door {
    expected: Expected,
    taken: AtomicBool,
    sender: mpsc::Sender<Callback>,
}

/// Serves visitors side by side: browsers open connections ahead of time and leave them silent.
async fn accept(listener: TcpListener, door: Arc<Door>) {
    let mut visits = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    visits.spawn(visit(stream, Arc::clone(&door)));
                }
                // Out of descriptors, say; it passes.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
            Some(_) = visits.join_next() => {}
        }
    }
}

async fn visit(mut stream: TcpStream, door: Arc<Door>) {
    let Ok(Ok(Some(head))) = timeout(PATIENCE, read_head(&mut stream)).await else {
        return;
    };
    let browser = Browser(stream);
    match judge(&head, &door.expected) {
        Ok(outcome) if !door.taken.swap(true, Ordering::SeqCst) => {
            // The receiver is gone only when the sign-in has ended.
            let _ = door.sender.send(Callback { outcome, browser }).await;
        }
        Ok(_) => {
            browser
                .show(&Page::ignored("400 Bad Request", "This answer was brought before."))
                .await;
        }
        Err(page) => browser.show(&page).await,
    }
}

/// Reads up to the end of a request's head. Nothing when it is too long or ends early.
async fn read_head(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut chunk = [0_u8; 2048];
    loop {
        let read = stream.read(&mut chunk).await?;
        head.extend_from_slice(chunk.get(..read).unwrap_or_default());
        if head.windows(4).any(|end| end == b"\r\n\r\n") {
            return Ok(String::from_utf8(head).ok());
        }
        if read == 0 || head.len() > LONGEST_HEAD {
            return Ok(None);
        }
    }
}

/// What a request is worth: the outcome that is waited for, or a page that turns the visitor away.
fn judge(head: &str, expected: &Expected) -> Result<Outcome, Page> {
    let mut line = head.lines().next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0"), None) =
        (line.next(), line.next(), line.next(), line.next())
    else {
        return Err(Page::ignored("400 Bad Request", "This is no request of a browser."));
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != callback::PATH {
        return Err(Page::ignored("404 Not Found", "There is nothing at this address."));
    }
    if method != "GET" {
        return Err(Page::ignored("405 Method Not Allowed", "The answer must come by GET."));
    }
    expected
        .read(query)
        .map_err(|sentence| Page::ignored("400 Bad Request", sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(line: &str) -> String {
        let expected = Expected {
            state: "s".to_owned(),
            issuer: "i".to_owned(),
            iss_required: false,
        };
        match judge(&format!("{line}\r\nHost: localhost\r\n\r\n"), &expected) {
            Ok(_) => "taken".to_owned(),
            Err(page) => page.to_response().split(' ').nth(1).unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn only_the_callback_itself_is_taken() {
        assert_eq!(status("GET /callback?code=a&state=s HTTP/1.1"), "taken");
        assert_eq!(status("GET /favicon.ico HTTP/1.1"), "404");
        assert_eq!(status("GET /callback/?code=a&state=s HTTP/1.1"), "404");
        assert_eq!(status("GET /callback?code=a&state=x HTTP/1.1"), "400");
        assert_eq!(status("GET /callback"), "400");
        assert_eq!(status("hello"), "400");
    }

    #[test]
    fn c32_the_callback_comes_by_get() {
        assert_eq!(status("POST /callback?code=a&state=s HTTP/1.1"), "405");
    }

    #[tokio::test]
    async fn a_busy_port_is_passed_over_and_told_when_all_are_busy() {
        let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let busy = busy.local_addr().map(|address| (busy, address.port())).unwrap();
        let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let free = other.local_addr().unwrap().port();
        drop(other);
        let loopback = Loopback::bind(&[busy.1, free]).await.unwrap();
        assert_eq!(loopback.redirect_uri(), format!("http://localhost:{free}/callback"));
        assert!(Loopback::bind(&[busy.1]).await.is_err());
    }
}
