//! Revokes key after key while others ask for it, and counts who is let in too late.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use super::servers::{Filled, Server};
use crate::{http, process};

/// How many keys are revoked.
pub(super) const ROUNDS: u32 = 10_000;
/// How many ask at once.
const ASKERS: u32 = 3;
/// How long whoever waits for others leaves the processor to them.
const TICK: Duration = Duration::from_micros(100);

/// One key, and what became of the questions with it.
#[derive(Default)]
struct Round {
    key: String,
    /// Set when the answer to the revocation is here.
    revoked: AtomicBool,
    yes: AtomicU32,
    late: AtomicU32,
    /// How many asked once more after the revocation.
    asked_after: AtomicU32,
}

/// The round that is on, and whether there will be another one.
#[derive(Default)]
struct Stage {
    round: Mutex<Arc<Round>>,
    over: AtomicBool,
    broken: AtomicBool,
}

impl Stage {
    fn round(&self) -> Arc<Round> {
        Arc::clone(&self.round.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How many questions that began after the answer to the revocation of their key were answered with yes.
pub(super) fn count(server: &Server, filled: &Filled) -> Result<u32> {
    let stage = Arc::new(Stage::default());
    let askers: Vec<_> = (0..ASKERS)
        .map(|_| {
            let (stage, address) = (Arc::clone(&stage), server.address);
            thread::spawn(move || ask(&stage, address))
        })
        .collect();
    let late = rounds(server, filled.spare(), &stage);
    stage.over.store(true, Ordering::SeqCst);
    for asker in askers {
        if asker.join().is_err() {
            bail!("an asker broke down");
        }
    }
    late
}

fn rounds(server: &Server, keys: &[(String, String)], stage: &Stage) -> Result<u32> {
    let bearer = format!("Bearer {}", server.key.as_deref().context("the server has no key")?);
    let mut late = 0;
    for (id, key) in keys {
        let round = Arc::new(Round {
            key: key.clone(),
            ..Round::default()
        });
        *stage.round.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&round);
        wait(stage, || round.yes.load(Ordering::SeqCst) > 0)?;
        let path = format!("/api/v1/auth/api-keys/{id}");
        let answer = http::send(server.address, "DELETE", &path, &[("Authorization", &bearer)], "")?;
        if answer.status() != 204 {
            bail!("a key was not revoked: {}", answer.status_line());
        }
        round.revoked.store(true, Ordering::SeqCst);
        wait(stage, || round.asked_after.load(Ordering::SeqCst) >= ASKERS)?;
        late += round.late.load(Ordering::SeqCst);
    }
    Ok(late)
}

fn wait(stage: &Stage, until: impl Fn() -> bool) -> Result<()> {
    while !until() {
        if process::interrupted() {
            bail!("interrupted");
        }
        if stage.broken.load(Ordering::SeqCst) {
            bail!("a question got no answer");
        }
        thread::sleep(TICK);
    }
    Ok(())
}

fn ask(stage: &Stage, address: SocketAddr) {
    let mut done = String::new();
    while !stage.over.load(Ordering::SeqCst) {
        let round = stage.round();
        if round.key == done {
            thread::sleep(TICK);
            continue;
        }
        let after = round.revoked.load(Ordering::SeqCst);
        let bearer = format!("Bearer {}", round.key);
        let answer = http::get(address, "/api/v1/auth/me", &[("Authorization", &bearer)]);
        let Ok(answer) = answer else {
            stage.broken.store(true, Ordering::SeqCst);
            return;
        };
        if answer.status() == 200 {
            round.yes.fetch_add(1, Ordering::SeqCst);
            round.late.fetch_add(u32::from(after), Ordering::SeqCst);
        }
        if after {
            round.asked_after.fetch_add(1, Ordering::SeqCst);
            done.clone_from(&round.key);
        }
    }
}
