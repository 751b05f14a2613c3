//! How long good clients wait while others flood the server.

use std::{
    io::Write as _,
    net::{SocketAddr, TcpStream},
    path::Path,
    process::Stdio,
    slice,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use super::{
    figures::{Figure, Figures, median},
    load::{self, Rate},
    servers::{Bench, Filled, Server},
};
use crate::{
    http,
    process::{self, Service},
};

/// Clients whose request drips.
const DRIPS: usize = 2_000;
/// In how many parts of a second they send their bytes.
const PARTS: u32 = 100;
/// How often each sends a byte.
const EACH: Duration = Duration::from_secs(1);
/// How long the flood may take to be there.
const LIMIT: Duration = Duration::from_secs(20);
/// How often it is quiet, and then not.
const ROUNDS: usize = 5;
/// Longer than a round.
const LONG: &str = "-d60s";
/// What signs in.
const SIGN_IN: &str = "/auth/login";

/// The time of `auth/me` in quiet and under a flood.
pub(super) fn measure(wrk: &Path, bench: &Bench, filled: &Filled, figures: &mut Figures) -> Result<()> {
    let server = bench.dashboard("auth/me", filled)?;
    let once = || -> Result<Rate> {
        let rounds = load::in_turns(wrk, bench, slice::from_ref(&server), 1)?;
        Ok(rounds[0][0])
    };
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let quiet = once()?;
        let flood = Flood::start(wrk, bench, &server)?;
        let flooded = once()?;
        flood.is_on()?;
        println!(
            "    quiet {:.2} ms, the slowest of 100 {:.2} ms; flooded {:.2} ms and {:.2} ms",
            quiet.p50, quiet.p99, flooded.p50, flooded.p99
        );
        rounds.push((quiet, flooded));
    }
    let ratio = |what: fn(&Rate) -> f64| median(rounds.iter().map(|(q, f)| what(f) / what(q)).collect());
    figures.add(Figure::at_most(
        "auth/me under a flood: slowest of 100",
        ratio(|rate| rate.p99),
        2.0,
        "times",
    ));
    figures.add(Figure::at_most(
        "  the middle one",
        ratio(|rate| rate.p50),
        2.0,
        "times",
    ));
    Ok(())
}

/// Slow clients and one that signs in as fast as it is answered, until this is dropped.
struct Flood {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    open: Arc<AtomicUsize>,
    drips: Option<JoinHandle<()>>,
    _signs_in: Service,
}

impl Flood {
    fn start(wrk: &Path, bench: &Bench, server: &Server) -> Result<Self> {
        let address = server.address;
        let (over, open) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let mut command = bench.load(wrk);
        command.args(["-t1", "-c1", LONG, &format!("http://{address}{SIGN_IN}")]);
        let signs_in = Service::start("sign-ins", command.stdout(Stdio::null()))?;
        let drips = {
            let (over, open) = (Arc::clone(&over), Arc::clone(&open));
            thread::spawn(move || drip(address, &over, &open))
        };
        let flood = Self {
            address,
            over,
            open,
            drips: Some(drips),
            _signs_in: signs_in,
        };
        let begun = Instant::now();
        while flood.is_on().is_err() {
            if begun.elapsed() > LIMIT {
                flood.is_on()?;
            }
            process::tick()?;
        }
        Ok(flood)
    }

    /// An error unless nearly all slow clients are there and sign-ins come too often.
    fn is_on(&self) -> Result<()> {
        let open = self.open.load(Ordering::SeqCst);
        if open < DRIPS * 9 / 10 {
            bail!("only {open} slow clients were there");
        }
        let answer = http::get(self.address, SIGN_IN, &[])?;
        if answer.status() != 429 {
            bail!("sign-ins did not come too often: {}", answer.status_line());
        }
        Ok(())
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        if let Some(drips) = self.drips.take() {
            // A thread that broke down leaves too few slow clients, which is told.
            let _ = drips.join();
        }
    }
}

/// Keeps clients that send a byte of their request a second; one that was ended comes again. They are no choir: their
/// bytes come all through the second.
fn drip(address: SocketAddr, over: &AtomicBool, open: &AtomicUsize) {
    let mut clients: Vec<Option<TcpStream>> = (0..DRIPS).map(|_| None).collect();
    while !over.load(Ordering::SeqCst) {
        for some in clients.chunks_mut(DRIPS / PARTS as usize) {
            let begun = Instant::now();
            for client in some {
                let stays = client.as_mut().is_some_and(|stream| stream.write_all(b"x").is_ok());
                if !stays {
                    *client = begin(address).ok();
                }
            }
            thread::sleep((EACH / PARTS).saturating_sub(begun.elapsed()));
        }
        open.store(clients.iter().flatten().count(), Ordering::SeqCst);
    }
}

fn begin(address: SocketAddr) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&address, EACH)?;
    stream.write_all(b"GET / HTTP/1.1\r\nx-drip: ")?;
    Ok(stream)
}
