//! Connections: who gets one, for how long, and what HTTP/1 and HTTP/2 may do on it.
//!
//! `axum::serve` waits for ever for what a client does not send or does not read, and takes connections until no file is
//! left. The timers of hyper count the pause between two requests as part of the next head, so that they either let heads
//! drip or cut off the connections that proxies keep; and they cost a timer for each request. So a connection here counts
//! what it does (`pulse`), and once a second one task looks at all of them (`rules`).
//!
//! **When no place is left**, a new connection still gets one: the oldest connection that never sent a request goes for
//! it, or else the one that has been idle longest. Whoever floods thus displaces its own connections, while one whose
//! request is being worked on is never ended. Only if all are, the new one waits, for some 30 seconds at most.

mod places;
mod pulse;
mod rules;
#[cfg(test)]
mod tests;

use std::{
    io::{Error, ErrorKind, Result},
    net::SocketAddr,
    time::Duration,
};

use axum::Router;
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};
use tokio_util::sync::CancellationToken;

use self::places::Places;
pub(crate) use self::rules::Limits;

/// How often all connections are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long nothing is accepted after that failed: what is missing, mostly files, comes back when somebody ends.
const PAUSE: Duration = Duration::from_millis(100);
/// How often one and the same trouble is told: a flood must not fill the log as well.
const TELL_EVERY: Duration = Duration::from_mins(1);
/// Files that are left to everything but connections: databases, calls to the provider, metrics and probes.
const OTHER_FILES: u64 = 192;
/// Connections that are tried even if there are hardly any files.
const LEAST: u64 = 16;

/// Serves until it is asked to stop and the open requests are answered. If it is dropped, all connections end.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: Limits, stopping: CancellationToken) {
    let mut places = Places::new(router, limits);
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut waiting: Option<(TcpStream, SocketAddr)> = None;
    let (mut full, mut failing) = (Seldom::default(), Seldom::default());
    let mut paused: Option<Instant> = None;
    loop {
        tokio::select! {
            () = stopping.cancelled() => break,
            () = places.one_ended() => {}
            _ = looks.tick() => places.look(),
            accepted = accept(&listener, paused), if waiting.is_none() => match accepted {
                Ok(new) => (waiting, paused) = (Some(new), None),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    paused = Some(Instant::now() + PAUSE);
                    places.make_room();
                    if failing.is_due() {
                        tracing::error!(%error, "no connection can be accepted; it is tried again and again");
                    }
                }
            },
        }
        if waiting.is_some() && places.are_taken() {
            let made = places.make_room();
            if full.is_due() {
                tracing::warn!(
                    at_once = places.at_once(),
                    made,
                    "all connections are taken; idle ones make room for new ones"
                );
            }
        }
        if !places.are_taken()
            && let Some((stream, peer)) = waiting.take()
        {
            places.give(stream, peer);
        }
    }
    drop((listener, waiting));
    places.ask_all();
    while !places.are_empty() {
        tokio::select! {
            () = places.one_ended() => {}
            _ = looks.tick() => places.look(),
        }
    }
}

async fn accept(listener: &TcpListener, paused: Option<Instant>) -> Result<(TcpStream, SocketAddr)> {
    if let Some(until) = paused {
        sleep_until(until).await;
    }
    listener.accept().await
}

/// Whether the error tells about the connection that would have been accepted, and the next one may be good.
fn is_of_one_connection(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}

/// So many connections as are wanted, or as the limit of open files leaves.
pub(crate) fn that_files_allow(wanted: usize) -> usize {
    let Some(files) = rustix::process::getrlimit(rustix::process::Resource::Nofile).current else {
        return wanted;
    };
    let left = usize::try_from(files.saturating_sub(OTHER_FILES).max(LEAST)).unwrap_or(usize::MAX);
    if left < wanted {
        tracing::info!(
            at_once = left,
            files,
            "the limit of open files allows fewer connections than {wanted}"
        );
    }
    left.min(wanted)
}

/// Something that is told now and then only.
#[derive(Default)]
struct Seldom(Option<Instant>);

impl Seldom {
    fn is_due(&mut self) -> bool {
        let due = self.0.is_none_or(|last| last.elapsed() >= TELL_EVERY);
        if due {
            self.0 = Some(Instant::now());
        }
        due
    }
}
