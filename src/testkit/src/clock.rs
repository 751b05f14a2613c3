use std::{
    sync::atomic::{AtomicBool, AtomicI64, Ordering},
    time::Duration,
};

use flui_identity::Clock;
use flui_model::Timestamp;
use flui_server::SystemClock;

/// The machine's clock, moved by what a test wants.
#[derive(Debug, Default)]
pub struct TestClock {
    ahead_micros: AtomicI64,
    is_broken: AtomicBool,
}

impl TestClock {
    /// What a panic over a broken clock says.
    pub const LAST_WORDS: &str = "the clock of the test at src/clock.rs is broken";

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.ahead_micros.fetch_add(micros, Ordering::SeqCst);
    }

    /// Makes whoever looks at the clock panic, until it is mended. So a test brings a handler down from inside.
    pub fn set_broken(&self, is_broken: bool) {
        self.is_broken.store(is_broken, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        assert!(!self.is_broken.load(Ordering::SeqCst), "{}", Self::LAST_WORDS);
        Timestamp::from_micros(SystemClock.now().as_micros() + self.ahead_micros.load(Ordering::SeqCst))
    }
}
