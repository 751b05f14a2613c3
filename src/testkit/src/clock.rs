use std::{
    sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

use flui_identity::Clock;
use flui_model::Timestamp;
use flui_server::{Steady, SystemClock};

/// The machine's clock, moved by what a test wants.
#[derive(Debug, Default)]
pub struct TestClock {
    ahead_micros: AtomicI64,
    passed_micros: AtomicU64,
    steady: Steady,
    is_broken: AtomicBool,
}

impl TestClock {
    /// What a panic over a broken clock says.
    pub const LAST_WORDS: &str = "the clock of the test at src/clock.rs is broken";

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.passed_micros
            .fetch_add(micros(by).unsigned_abs(), Ordering::SeqCst);
        self.set_forward(by);
    }

    /// Sets the time of day forward, while no time passes.
    pub fn set_forward(&self, by: Duration) {
        self.ahead_micros.fetch_add(micros(by), Ordering::SeqCst);
    }

    /// Sets the time of day back, while no time passes.
    pub fn set_back(&self, by: Duration) {
        self.ahead_micros.fetch_sub(micros(by), Ordering::SeqCst);
    }

    /// Makes whoever looks at the clock panic, until it is mended. So a test brings a handler down from inside.
    pub fn set_broken(&self, is_broken: bool) {
        self.is_broken.store(is_broken, Ordering::SeqCst);
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        assert!(!self.is_broken.load(Ordering::SeqCst), "{}", Self::LAST_WORDS);
        let wall = SystemClock.now().as_micros() + self.ahead_micros.load(Ordering::SeqCst);
        let passed = SystemClock::passed() + Duration::from_micros(self.passed_micros.load(Ordering::SeqCst));
        self.steady.show(Timestamp::from_micros(wall), passed)
    }
}
