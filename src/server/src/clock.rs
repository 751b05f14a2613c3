use std::{
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

use flui_identity::Clock;
use flui_model::Timestamp;

/// From such a step on the log tells of it. Smaller ones are the daily work of whoever keeps the clock right.
const NOTABLE: Duration = Duration::from_secs(2);

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
static STEADY: Steady = Steady::new();

/// The clock of the machine, made steady: see [`Steady`].
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl SystemClock {
    /// The time since some moment early in the process. Knows no steps.
    pub fn passed() -> Duration {
        START.elapsed()
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where the machine's clock is read"
    )]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let wall = Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX));
        STEADY.show(wall, Self::passed())
    }
}

/// Makes a time that never goes back out of a time of day, which may be set back, and a stopwatch, which may not.
///
/// It follows the time of day forward, at once. When that was set back, it goes on at half the speed until the time of day
/// has caught up. So what has ended stays ended, idle sessions still end, and after a step of an hour the two agree again
/// two hours later, without anybody's help.
#[derive(Debug, Default)]
pub struct Steady(Mutex<Option<Shown>>);

/// What was shown last, and of what it was made.
#[derive(Clone, Copy, Debug)]
struct Shown {
    at: Timestamp,
    wall: Timestamp,
    passed: Duration,
    /// Since when it goes at half the speed: what was shown then, and the stopwatch.
    slow_since: Option<(Timestamp, Duration)>,
}

impl Steady {
    /// Nothing was shown yet.
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// The time to show when the time of day and the stopwatch show these.
    pub fn show(&self, wall: Timestamp, passed: Duration) -> Timestamp {
        let (now, last) = {
            let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let now = shown.map_or_else(|| Shown::first(wall, passed), |last| last.next(wall, passed));
            (now, shown.replace(now))
        };
        if let Some(last) = last {
            tell(last, now);
        }
        now.at
    }
}

impl Shown {
    fn first(wall: Timestamp, passed: Duration) -> Self {
        Self {
            at: wall,
            wall,
            passed,
            slow_since: None,
        }
    }

    fn next(self, wall: Timestamp, passed: Duration) -> Self {
        if self.slow_since.is_none() && wall >= self.at {
            return Self::first(wall, passed);
        }
        let (from, since) = self.slow_since.unwrap_or((self.at, self.passed));
        // Two threads may read the stopwatch in one order and come here in the other.
        let slow = self.at.max(from + passed.saturating_sub(since) / 2);
        if wall >= slow {
            return Self::first(wall, passed);
        }
        Self {
            at: slow,
            wall,
            passed,
            slow_since: Some((from, since)),
        }
    }
}

/// Says in the log that the time of day was set.
fn tell(last: Shown, now: Shown) {
    let expected = last.wall + now.passed.saturating_sub(last.passed);
    let (back, forward) = (expected.since(now.wall), now.wall.since(expected));
    if back >= NOTABLE {
        tracing::warn!(
            seconds = back.as_secs(),
            "the machine's clock was set back; until it has caught up, time goes at half the speed here. If it was wrong \
             before and is right now, restart the server"
        );
    } else if forward >= NOTABLE {
        tracing::warn!(
            seconds = forward.as_secs(),
            "the machine's clock was set forward, or the machine slept; what has expired by the new time has ended"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);
    const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn b9_a_clock_that_is_set_back_never_goes_back_nor_stands_still_and_catches_up() {
        let steady = Steady::new();
        assert_eq!(steady.show(START, Duration::ZERO), START);
        let mut last = START;
        // Set back by an hour, and read every second for three hours.
        for second in 1..=3 * 3_600 {
            let passed = Duration::from_secs(second);
            let wall = START - HOUR + passed;
            let now = steady.show(wall, passed);
            assert!(now > last, "second {second}: {now} after {last}");
            assert!(now >= wall && now.since(START) <= passed, "second {second}: {now}");
            if passed <= HOUR * 2 {
                assert_eq!(now, (START + passed / 2).max(wall), "second {second}");
            } else {
                assert_eq!(now, wall, "second {second}: they agree again");
            }
            last = now;
        }
    }

    #[test]
    fn b9_readings_close_together_do_not_stop_the_slow_clock() {
        let steady = Steady::new();
        steady.show(START, Duration::ZERO);
        for nanos in (0..=3_000_000).step_by(100) {
            steady.show(START - HOUR, Duration::from_nanos(nanos));
        }
        let now = steady.show(START - HOUR, Duration::from_millis(3));
        assert_eq!(now, START + Duration::from_micros(1_500));
    }

    #[test]
    fn b9_a_clock_that_is_set_forward_is_followed_and_a_leap_second_is_bridged() {
        let steady = Steady::new();
        steady.show(START, Duration::ZERO);
        let ahead = START + HOUR;
        assert_eq!(steady.show(ahead, Duration::from_secs(1)), ahead);
        // The same second comes twice.
        let second = Duration::from_secs(1);
        let during = steady.show(ahead, second * 2);
        assert_eq!(during, ahead);
        assert_eq!(steady.show(ahead - second / 2, second * 3), ahead + second / 2);
        assert_eq!(steady.show(ahead + second, second * 4), ahead + second);
    }
}
