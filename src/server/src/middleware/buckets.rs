//! Buckets for any number of strangers, in a table that never grows.
//!
//! A map with a bucket for each address either grows with the addresses that knock or forgets some when it is full, and
//! whoever is forgotten begins with a full bucket again. So there is no map: the state of a bucket stands in four slots of
//! a fixed table, which a hash with a secret key picks, and is the least of them (a count-min sketch with conservative
//! update). Others can only raise a slot, so nobody ever gets more than their share. Somebody is limited for the sake of
//! others only if all four slots are held by those who ran empty themselves: while 10,000 addresses do that, it happens to
//! one stranger in 30,000, and while a million addresses knock once, to nobody.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::StateStore,
};

/// How much a bucket holds, and how much comes back to it in a minute.
pub(crate) const PER_MINUTE: NonZeroU32 = NonZeroU32::new(120).expect("120 is not zero");

/// Slots of the table: a power of two. With eight bytes each, four mebibytes.
const SLOTS: usize = 1 << 19;

/// Slots of one bucket.
const SLOTS_OF_BUCKET: u64 = 4;

/// Whose bucket it is. Each kind has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whose<'a> {
    /// An address at the doors that are open to strangers. Of IPv6 a whole /64.
    Address(IpAddr),
    /// An address that brought credentials which open nothing.
    Guesser(IpAddr),
    /// A person, by the one name that never changes hands, whatever sign-ins and addresses they come with.
    Person {
        /// The provider.
        issuer: &'a str,
        /// The provider's name of the person.
        subject: &'a str,
    },
}

/// The buckets.
pub(crate) struct Buckets<C: Clock = DefaultClock> {
    limiter: RateLimiter<u64, Table, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    hasher: RandomState,
}

impl<C: Clock + Clone> Buckets<C> {
    /// Full buckets for everybody.
    pub(crate) fn new(clock: C) -> Self {
        Self {
            limiter: RateLimiter::new(Quota::per_minute(PER_MINUTE), Table::new(), clock.clone()),
            clock,
            hasher: RandomState::new(),
        }
    }

    /// Takes one from a bucket, or says after how many seconds there is one.
    pub(crate) fn take(&self, whose: Whose<'_>) -> Result<(), u32> {
        let name = self.hasher.hash_one(whose);
        self.limiter.check_key(&name).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }
}

/// The states of all buckets: up to when each is spent, in nanoseconds since the start.
struct Table(Mutex<Vec<u64>>);

impl Table {
    fn new() -> Self {
        // Zeroes: memory that nobody has touched costs nothing.
        Self(Mutex::new(vec![0; SLOTS]))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The slots of the bucket with this name: two halves of a hash make as many as are wanted.
fn slots_of(name: u64) -> impl Iterator<Item = usize> + Clone {
    let (first, step) = (name >> 32, (name & 0xFFFF_FFFF) | 1);
    (0..SLOTS_OF_BUCKET).map(move |n| {
        let slot = first.wrapping_add(n.wrapping_mul(step)) % SLOTS as u64;
        usize::try_from(slot).unwrap_or_default()
    })
}

impl StateStore for Table {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, name: &u64, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let slots = slots_of(*name);
        let mut table = self.lock();
        let least = slots.clone().map(|slot| table[slot]).min().map(Nanos::new);
        let (taken, spent_until) = measure(least)?;
        for slot in slots {
            table[slot] = table[slot].max(spent_until.as_u64());
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, time::Duration};

    use governor::clock::FakeRelativeClock;

    use super::*;

    fn address(number: u32) -> Whose<'static> {
        Whose::Address(Ipv4Addr::from_bits(number).into())
    }

    /// Takes all that a bucket holds. Gives how much that was.
    fn empty(buckets: &Buckets<FakeRelativeClock>, whose: Whose<'_>) -> u32 {
        let took = (0..1_000).take_while(|_| buckets.take(whose).is_ok()).count();
        u32::try_from(took).unwrap()
    }

    #[test]
    fn d4_everybody_has_a_bucket_of_their_own_and_it_fills_again() {
        let clock = FakeRelativeClock::default();
        let buckets = Buckets::new(clock.clone());
        let person = |subject| Whose::Person {
            issuer: "https://id.example.org",
            subject,
        };
        let ip = IpAddr::from([203, 0, 113, 1]);
        let everybody = [
            Whose::Address(ip),
            Whose::Guesser(ip),
            Whose::Address([203, 0, 113, 2].into()),
            person("ada"),
            person("Ada"),
            Whose::Person {
                issuer: "https://other.example.org",
                subject: "ada",
            },
        ];
        for whose in everybody {
            assert_eq!(empty(&buckets, whose), PER_MINUTE.get(), "{whose:?}");
        }
        assert_eq!(buckets.take(person("ada")), Err(1));
        clock.advance(Duration::from_secs(30));
        assert_eq!(empty(&buckets, person("ada")), PER_MINUTE.get() / 2);
    }

    #[test]
    fn d5_a_million_addresses_cost_no_memory_and_give_nobody_a_fresh_bucket() {
        let clock = FakeRelativeClock::default();
        let buckets = Buckets::new(clock.clone());
        assert_eq!(empty(&buckets, address(0)), PER_MINUTE.get());
        let passed = (1..=1_000_000).filter(|number| buckets.take(address(*number)).is_ok());
        assert_eq!(
            passed.count(),
            1_000_000,
            "a single knock is let in, whoever knocked before"
        );
        assert!(
            buckets.take(address(0)).is_err(),
            "nor did the flood bring a bucket back"
        );
        let left = empty(&buckets, address(2_000_000));
        assert!(
            left > PER_MINUTE.get() / 2,
            "{left} are left to a stranger after the flood"
        );
        let table = buckets.limiter.into_state_store().0.into_inner().unwrap();
        assert_eq!((table.len(), table.capacity()), (SLOTS, SLOTS));
        assert!(size_of_val(table.as_slice()) <= 4 << 20);
    }

    #[test]
    fn d5_a_take_looks_at_four_slots_however_many_there_are() {
        for name in [0, 1, u64::MAX, 0x1234_5678_9ABC_DEF0] {
            let mut slots: Vec<usize> = slots_of(name).collect();
            slots.sort_unstable();
            slots.dedup();
            assert_eq!(slots.len(), 4, "{name}: they are four different ones");
            assert!(slots.iter().all(|slot| *slot < SLOTS));
        }
    }

    #[test]
    fn d6_those_who_ran_empty_do_not_empty_the_buckets_of_others() {
        let buckets = Buckets::new(FakeRelativeClock::default());
        for number in 0..1_000 {
            assert_eq!(empty(&buckets, address(number)), PER_MINUTE.get());
        }
        let limited = (1_000_000..1_010_000).filter(|number| buckets.take(address(*number)).is_err());
        assert!(limited.count() <= 1, "of 10,000 others");
    }
}
