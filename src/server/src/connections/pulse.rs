//! What a connection does, counted where it happens: a few plain numbers and no clock, because every read, write and
//! request passes here.

use std::{
    io::{IoSlice, Result},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// What is read at a time of what nobody wants any more, in bytes.
const LEFTOVER: usize = 4096;

/// The counters of one connection. They tell a story only together, and only roughly; whoever looks, looks again.
#[derive(Default)]
pub(super) struct Pulse {
    read: AtomicU64,
    written: AtomicU64,
    read_when_answered: AtomicU64,
    begun: AtomicU32,
    answered: AtomicU32,
    http2: AtomicBool,
    blocked: AtomicBool,
    closing: AtomicBool,
}

/// The counters at one moment.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    /// Bytes that came.
    pub(super) read: u64,
    /// Bytes that went.
    pub(super) written: u64,
    /// Bytes that had come when the last request was answered.
    pub(super) read_when_answered: u64,
    /// Requests whose head came in full.
    pub(super) begun: u32,
    /// Requests that a handler is done with. What it answered may still be on its way.
    pub(super) answered: u32,
    /// Whether the requests come by HTTP/2, which talks between requests too.
    pub(super) http2: bool,
    /// Whether there is something to send and the client takes no more.
    pub(super) blocked: bool,
    /// Whether we have closed our side.
    pub(super) closing: bool,
}

impl Pulse {
    pub(super) fn counts(&self) -> Counts {
        Counts {
            read: self.read.load(Relaxed),
            written: self.written.load(Relaxed),
            read_when_answered: self.read_when_answered.load(Relaxed),
            begun: self.begun.load(Relaxed),
            answered: self.answered.load(Relaxed),
            http2: self.http2.load(Relaxed),
            blocked: self.blocked.load(Relaxed),
            closing: self.closing.load(Relaxed),
        }
    }

    /// A request has begun; it is answered, or given up, when what this returns is dropped.
    pub(super) fn begin(self: &Arc<Self>, http2: bool) -> Working {
        self.http2.store(http2, Relaxed);
        self.begun.fetch_add(1, Relaxed);
        Working(Arc::clone(self))
    }

    fn wrote(&self, outcome: &Poll<Result<usize>>) {
        self.blocked.store(outcome.is_pending(), Relaxed);
        if let Poll::Ready(Ok(bytes)) = outcome {
            self.written.fetch_add(*bytes as u64, Relaxed);
        }
    }
}

/// A request that a handler works on.
pub(super) struct Working(Arc<Pulse>);

impl Drop for Working {
    fn drop(&mut self) {
        let pulse = &self.0;
        pulse.read_when_answered.store(pulse.read.load(Relaxed), Relaxed);
        pulse.answered.fetch_add(1, Relaxed);
    }
}

/// A connection that counts.
pub(super) struct Counted {
    stream: TcpStream,
    pulse: Arc<Pulse>,
}

impl Counted {
    pub(super) fn new(stream: TcpStream, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse }
    }
}

impl AsyncRead for Counted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buf.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(cx, buf);
        let came = buf.filled().len() - before;
        self.pulse.read.fetch_add(came as u64, Relaxed);
        outcome
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.pulse.wrote(&outcome);
        outcome
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.pulse.wrote(&outcome);
        outcome
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Closes our side, and reads away what the client goes on sending: to drop a connection with something unread on it
    /// resets it, and the client would lose the answer that tells why, such as that its body is too large.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if !self.pulse.closing.swap(true, Relaxed) {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        let mut something = false;
        loop {
            let mut leftover = [0; LEFTOVER];
            let mut leftover = ReadBuf::new(&mut leftover);
            match Pin::new(&mut self.stream).poll_read(cx, &mut leftover) {
                Poll::Ready(Ok(())) if !leftover.filled().is_empty() => something = true,
                Poll::Pending if something => return Poll::Pending,
                _ => return Poll::Ready(Ok(())),
            }
        }
    }
}
