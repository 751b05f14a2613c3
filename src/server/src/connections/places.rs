//! The connections that there are.

use std::{collections::BTreeMap, future::pending, net::SocketAddr, pin::pin, sync::Arc, time::Instant};

use axum::{
    Router,
    extract::ConnectInfo,
    http::{Request, Version},
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use tokio::{
    net::TcpStream,
    sync::oneshot,
    task::{AbortHandle, JoinSet},
};
use tower::Service;

use super::{
    pulse::{Counted, Pulse},
    rules::{self, Limits, Verdict, Watch},
};

/// What is buffered for a connection in each direction, in bytes: a largest body. A head is buffered whole, so that this is
/// the largest head too, which is more than proxies pass on by default.
const MAX_BUFFER: u32 = 64 * 1024;
/// Requests at once on an HTTP/2 connection: the least that RFC 9113, section 6.5.2, recommends.
const STREAMS: u32 = 100;
/// What an HTTP/2 client may send unasked, in bytes, for a request and for all of a connection: a largest body, and four.
const WINDOWS: (u32, u32) = (64 * 1024, 256 * 1024);
/// Requests that an HTTP/2 client may take back before they were looked at (CVE-2023-44487), and how many of its
/// streams may have to be reset for its faults (CVE-2019-9514, CVE-2025-8671), before the connection ends. A client that
/// goes away from a page takes a few back.
const RESETS: (usize, usize) = (20, 100);

/// All connections, in the order in which they came.
pub(super) struct Places {
    router: Router,
    limits: Limits,
    http: Arc<Builder<TokioExecutor>>,
    /// All but those that were ended from here and whose task is not gone yet.
    taken: BTreeMap<u64, Place>,
    tasks: JoinSet<u64>,
    next: u64,
}

struct Place {
    pulse: Arc<Pulse>,
    watch: Watch,
    /// Asks it to go.
    ask: Option<oneshot::Sender<()>>,
    task: AbortHandle,
}

impl Places {
    pub(super) fn new(router: Router, limits: Limits) -> Self {
        Self {
            router,
            limits,
            http: Arc::new(http()),
            taken: BTreeMap::new(),
            tasks: JoinSet::new(),
            next: 0,
        }
    }

    pub(super) fn at_once(&self) -> usize {
        self.limits.at_once
    }

    pub(super) fn are_taken(&self) -> bool {
        self.taken.len() >= self.limits.at_once
    }

    pub(super) fn are_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Serves a new connection.
    pub(super) fn give(&mut self, stream: TcpStream, peer: SocketAddr) {
        let (number, pulse, (ask, asked)) = (self.next, Arc::new(Pulse::default()), oneshot::channel());
        self.next += 1;
        let served = attend(
            Arc::clone(&self.http),
            self.router.clone(),
            Arc::clone(&pulse),
            stream,
            peer,
            asked,
        );
        let task = self.tasks.spawn(async move {
            served.await;
            number
        });
        let place = Place {
            pulse,
            watch: Watch::new(Instant::now()),
            ask: Some(ask),
            task,
        };
        self.taken.insert(number, place);
    }

    /// Waits until one has ended; for ever if there is none.
    pub(super) async fn one_ended(&mut self) {
        match self.tasks.join_next().await {
            Some(Ok(number)) => {
                self.taken.remove(&number);
            }
            // Ended from here, and no longer in the map; or it broke down, and the next look finds it.
            Some(Err(_)) => {}
            None => pending().await,
        }
    }

    /// Ends or asks those whose time is over.
    pub(super) fn look(&mut self) {
        let now = Instant::now();
        let limits = self.limits;
        self.taken.retain(|_, place| {
            match place.watch.look(place.pulse.counts(), now, &limits) {
                Verdict::Stay => {}
                Verdict::Ask => place.ask(),
                Verdict::End(why) => {
                    tracing::debug!(why, "a connection was ended");
                    place.task.abort();
                    return false;
                }
            }
            !place.task.is_finished()
        });
    }

    /// Ends one that can best be spared. Not one whose request is worked on.
    pub(super) fn make_room(&mut self) -> bool {
        let spared = || {
            let counts = |place: &Place| place.pulse.counts();
            let silent = self.taken.iter().find(|(_, place)| counts(place).begun == 0);
            let idle = || {
                let idle = self.taken.iter().filter(|(_, place)| !rules::works(&counts(place)));
                idle.min_by_key(|(_, place)| place.watch.since())
            };
            silent.or_else(idle).map(|(number, _)| *number)
        };
        let spared = spared().and_then(|number| self.taken.remove(&number));
        spared.inspect(|place| place.task.abort()).is_some()
    }

    /// Asks all of them to go: idle ones do at once, the others when their requests are answered.
    pub(super) fn ask_all(&mut self) {
        let now = Instant::now();
        for place in self.taken.values_mut() {
            place.watch.asked(now);
            place.ask();
        }
    }
}

impl Place {
    fn ask(&mut self) {
        if let Some(ask) = self.ask.take() {
            // Whoever is gone already needs not to be asked.
            let _ = ask.send(());
        }
    }
}

/// What both versions of HTTP allow. The number of fields in a head is bound by hyper, to 100: to say so again here would
/// cost an allocation for each request.
fn http() -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    let buffer = usize::try_from(MAX_BUFFER).unwrap_or(usize::MAX);
    http.http1().max_buf_size(buffer);
    http.http2()
        .max_header_list_size(MAX_BUFFER)
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(WINDOWS.0)
        .initial_connection_window_size(WINDOWS.1)
        .max_send_buf_size(buffer)
        .max_pending_accept_reset_streams(RESETS.0)
        .max_local_error_reset_streams(RESETS.1);
    http
}

/// Serves one connection to its end.
async fn attend(
    http: Arc<Builder<TokioExecutor>>,
    router: Router,
    pulse: Arc<Pulse>,
    stream: TcpStream,
    peer: SocketAddr,
    asked: oneshot::Receiver<()>,
) {
    // Answers are written in one piece; the last part of one must not wait for the client's acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection is gone already");
    }
    let counted = TokioIo::new(Counted::new(stream, Arc::clone(&pulse)));
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let working = pulse.begin(request.version() == Version::HTTP_2);
        let answered = router.clone().call(request);
        async move {
            let answer = answered.await;
            drop(working);
            answer
        }
    });
    let mut connection = pin!(http.serve_connection(counted, answer));
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        _ = asked => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::trace!(%error, "a connection ended in the middle");
    }
}
