use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use flui_identity::Clock;
use flui_model::Timestamp;
use flui_server::SystemClock;

/// The machine's clock, moved by what a test wants.
#[derive(Debug, Default)]
pub struct TestClock {
    ahead_micros: AtomicI64,
}

impl TestClock {
    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.ahead_micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(SystemClock.now().as_micros() + self.ahead_micros.load(Ordering::SeqCst))
    }
}
