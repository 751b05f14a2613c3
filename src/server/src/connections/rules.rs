//! How long a connection may keep its place.

use std::time::{Duration, Instant};

use super::pulse::Counts;

/// How much must have gone to the client to count as progress, in bytes. Less may be what HTTP/2 says of itself, such as
/// the answers to pings.
const PROGRESS: u64 = 1024;

/// How many connections there may be, and how long each may be in one state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Connections at once.
    pub(crate) at_once: usize,
    /// To send the head of a request: the first one counts from the connection's begin, later ones from their first byte.
    pub(crate) head: Duration,
    /// To take more of an answer that is ready.
    pub(crate) unread: Duration,
    /// Between the end of a request and the begin of the next.
    pub(crate) idle: Duration,
    /// To go, after we have said that we close.
    pub(crate) parting: Duration,
}

impl Limits {
    /// Of the address that everybody reaches.
    pub(crate) const PUBLIC: Self = Self {
        // Some hundred come from a proxy of a busy installation. An idle connection takes about 16 kB.
        at_once: 4096,
        // Heads are small and are sent in one piece; a lost packet or two are repeated within this.
        head: Duration::from_secs(10),
        // What a slow line takes at a time is a third of the system's buffer, which may be megabytes.
        unread: Duration::from_mins(1),
        // Longer than proxies keep connections by default (nginx 1 minute, Traefik 1.5, Caddy 2): whoever closes first
        // must be the one who sends, or a request meets a connection that is just closed.
        idle: Duration::from_mins(3),
        parting: Duration::from_secs(5),
    };

    /// Of the address for metrics and probes, which few ask.
    pub(crate) const WATCHERS: Self = Self {
        at_once: 64,
        ..Self::PUBLIC
    };
}

/// What becomes of a connection now.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Nothing.
    Stay,
    /// It is told that no further request is wanted; one that is under way is answered.
    Ask,
    /// It ends, for this reason.
    End(&'static str),
}

/// The time that a connection has spent in its present state, as far as somebody looked.
pub(super) struct Watch {
    seen: Counts,
    /// When it last made progress, or began.
    since: Instant,
    /// When a part of a head was first seen.
    head: Option<Instant>,
    /// When it was asked to go, or closed.
    parting: Option<Instant>,
}

impl Watch {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            seen: Counts::default(),
            since: now,
            head: None,
            parting: None,
        }
    }

    /// When it last made progress, for whoever must choose between several.
    pub(super) fn since(&self) -> Instant {
        self.since
    }

    /// It was asked to go for another reason than its time.
    pub(super) fn asked(&mut self, now: Instant) {
        self.parting.get_or_insert(now);
    }

    /// Looks at it again, and judges.
    pub(super) fn look(&mut self, counts: Counts, now: Instant, limits: &Limits) -> Verdict {
        let works = works(&counts);
        let moved = (counts.begun, counts.answered) != (self.seen.begun, self.seen.answered)
            || counts.written - self.seen.written >= PROGRESS;
        // Before its first request nothing that it does counts: HTTP/2 could talk for ever.
        if counts.begun > 0 && (works || moved) {
            self.seen = counts;
            self.since = now;
            self.head = None;
        }
        if works {
            // The handler's own limit holds, see `router`.
            return Verdict::Stay;
        }
        if counts.closing {
            self.asked(now);
        }
        let (since, limit, verdict) = if let Some(parting) = self.parting {
            (parting.max(self.since), limits.parting, Verdict::End("it did not go"))
        } else if counts.begun == 0 {
            (self.since, limits.head, Verdict::End("it sent no request"))
        } else if counts.blocked {
            (self.since, limits.unread, Verdict::End("it took no answer"))
        } else if !counts.http2 && !moved && counts.read != counts.read_when_answered {
            let head = *self.head.get_or_insert(now);
            (head, limits.head, Verdict::End("its request was too slow"))
        } else {
            (self.since, limits.idle, Verdict::Ask)
        };
        if now - since < limit {
            return Verdict::Stay;
        }
        if verdict == Verdict::Ask {
            self.asked(now);
        }
        verdict
    }
}

/// Whether a handler works for it.
pub(super) fn works(counts: &Counts) -> bool {
    counts.begun != counts.answered
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits::PUBLIC;

    /// A connection that is looked at once a second, from one moment on.
    struct Scene {
        watch: Watch,
        now: Instant,
        counts: Counts,
    }

    impl Scene {
        fn new() -> Self {
            let now = Instant::now();
            Self {
                watch: Watch::new(now),
                now,
                counts: Counts::default(),
            }
        }

        /// One request, answered with so many bytes.
        fn request(mut self, written: u64) -> Self {
            self.counts.begun += 1;
            self.counts.read += 300;
            assert_eq!(self.look(), Verdict::Stay);
            self.counts.answered += 1;
            self.counts.read_when_answered = self.counts.read;
            self.counts.written += written;
            assert_eq!(self.look(), Verdict::Stay);
            self
        }

        fn look(&mut self) -> Verdict {
            self.now += Duration::from_secs(1);
            self.watch.look(self.counts, self.now, &LIMITS)
        }

        /// After how many seconds it does not stay any more, and what becomes of it.
        fn stays(&mut self, each_second: impl Fn(&mut Counts)) -> (u64, Verdict) {
            for second in 1..=1000 {
                each_second(&mut self.counts);
                match self.look() {
                    Verdict::Stay => {}
                    other => return (second, other),
                }
            }
            (u64::MAX, Verdict::Stay)
        }
    }

    #[test]
    fn d2_the_first_head_has_ten_seconds_whatever_drips() {
        let silent = Scene::new().stays(|_| ());
        let dripping = Scene::new().stays(|counts| counts.read += 1);
        let talking = Scene::new().stays(|counts| {
            counts.read += 4000;
            counts.written += 4000;
        });
        for ended in [silent, dripping, talking] {
            assert_eq!(ended, (10, Verdict::End("it sent no request")));
        }
    }

    #[test]
    fn d2_a_later_head_has_ten_seconds_from_its_first_byte() {
        let mut scene = Scene::new().request(2000);
        for _ in 0..100 {
            assert_eq!(scene.look(), Verdict::Stay);
        }
        let dripping = scene.stays(|counts| counts.read += 1);
        assert_eq!(dripping, (11, Verdict::End("its request was too slow")));
        let mut asking = Scene::new().request(2000);
        let (seconds, _) = asking.stays(|counts| {
            counts.begun += 1;
            counts.answered += 1;
            counts.read += 300;
            counts.read_when_answered = counts.read;
        });
        assert_eq!(seconds, u64::MAX, "whoever asks may stay");
    }

    #[test]
    fn d2_an_idle_connection_is_asked_to_go_and_then_goes() {
        let mut scene = Scene::new().request(2000);
        assert_eq!(scene.stays(|_| ()), (180, Verdict::Ask));
        assert_eq!(scene.stays(|_| ()), (5, Verdict::End("it did not go")));
        let mut http2 = Scene::new().request(2000);
        http2.counts.http2 = true;
        let (seconds, verdict) = http2.stays(|counts| {
            counts.read += 17;
            counts.written += 5;
        });
        assert_eq!((seconds, verdict), (180, Verdict::Ask), "to talk is not to ask");
    }

    #[test]
    fn d2_whoever_takes_no_answer_ends_and_whoever_takes_it_slowly_does_not() {
        let mut scene = Scene::new().request(2000);
        scene.counts.blocked = true;
        assert_eq!(scene.stays(|_| ()), (60, Verdict::End("it took no answer")));
        let mut slow = Scene::new().request(2000);
        slow.counts.blocked = true;
        assert_eq!(slow.stays(|counts| counts.written += 50), (u64::MAX, Verdict::Stay));
    }

    #[test]
    fn d2_a_handler_at_work_is_left_to_its_own_limit() {
        let mut scene = Scene::new().request(2000);
        scene.counts.begun += 1;
        assert_eq!(scene.stays(|_| ()), (u64::MAX, Verdict::Stay));
        scene.watch.asked(scene.now);
        assert_eq!(scene.stays(|_| ()), (u64::MAX, Verdict::Stay));
        scene.counts.answered += 1;
        assert_eq!(scene.stays(|_| ()), (6, Verdict::End("it did not go")));
    }
}
