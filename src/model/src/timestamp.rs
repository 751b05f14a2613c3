use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
    time::Duration,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A moment in UTC, held as microseconds since 1970-01-01T00:00:00Z; RFC 3339 on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, format = "date-time", description = "A moment in UTC, as RFC 3339."))]
pub struct Timestamp(i64);

/// The years that RFC 3339 can write. Anything outside is clamped, so that formatting never fails.
const MIN_MICROS: i64 = -62_135_596_800_000_000;
const MAX_MICROS: i64 = 253_402_300_799_000_000;

impl Timestamp {
    /// From microseconds since the epoch; values outside the years 1 to 9999 are clamped to them.
    pub const fn from_micros(micros: i64) -> Self {
        if micros < MIN_MICROS {
            Self(MIN_MICROS)
        } else if micros > MAX_MICROS {
            Self(MAX_MICROS)
        } else {
            Self(micros)
        }
    }

    /// From whole seconds since the epoch, as JSON Web Tokens carry them.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_micros(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch, as databases keep it.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Milliseconds since the epoch, rounded down and never negative: the time part of a `UUIDv7`.
    pub fn as_unix_millis(self) -> u64 {
        u64::try_from(self.0.div_euclid(1_000)).unwrap_or(0)
    }

    /// The time that has passed since `earlier`; zero when `earlier` is in the future.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// `2026-11-24 14:33 UTC`: for people, to the minute.
    pub fn to_minute(self) -> String {
        let at = self.to_offset();
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02} UTC",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute()
        )
    }

    /// `2026-11-24 14:33:07 UTC`: for people, to the second.
    pub fn to_second(self) -> String {
        self.second_in(" UTC")
    }

    /// `2026-11-24 14:33:07Z`: a global date and time of HTML, which people can read too.
    pub fn to_html_time(self) -> String {
        self.second_in("Z")
    }

    fn second_in(self, zone: &str) -> String {
        let at = self.to_offset();
        let (century, year) = (at.year() / 100, at.year() % 100);
        let [month, day] = [at.month().into(), at.day()].map(i32::from);
        let [hour, minute, second] = [at.hour(), at.minute(), at.second()].map(i32::from);
        let mut text = String::with_capacity("9999-12-31 23:59:59 UTC".len());
        // Each row of a table has several of these, and `format!` takes several times as long.
        for (two_digits, then) in [
            (century, ""),
            (year, "-"),
            (month, "-"),
            (day, " "),
            (hour, ":"),
            (minute, ":"),
            (second, zone),
        ] {
            let digits = [two_digits / 10, two_digits % 10];
            text.extend(digits.map(|digit| char::from(b'0' + u8::try_from(digit).unwrap_or_default())));
            text.push_str(then);
        }
        text
    }

    /// `2026-11-24`: for people, to the day.
    pub fn to_date(self) -> String {
        let at = self.to_offset();
        format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())
    }

    fn to_offset(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

/// Saturates a duration at what a timestamp can express.
fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self::from_micros(self.0.saturating_add(micros(duration)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self::from_micros(self.0.saturating_sub(micros(duration)))
    }
}

impl From<OffsetDateTime> for Timestamp {
    fn from(at: OffsetDateTime) -> Self {
        let micros = at.unix_timestamp_nanos().div_euclid(1_000);
        Self::from_micros(i64::try_from(micros).unwrap_or(MAX_MICROS))
    }
}

impl From<Timestamp> for OffsetDateTime {
    fn from(at: Timestamp) -> Self {
        at.to_offset()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_offset().format(&Rfc3339) {
            Ok(text) => f.write_str(&text),
            Err(_) => Err(fmt::Error),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no RFC 3339 time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time is written like 2026-11-24T14:33:00Z")]
pub struct ParseTimestampError;

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        OffsetDateTime::parse(text, &Rfc3339)
            .map(|at| at.to_offset(UtcOffset::UTC).into())
            .map_err(|_| ParseTimestampError)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_rfc3339() {
        let at = Timestamp::from_seconds(1_764_000_000);
        assert_eq!(at.to_string(), "2025-11-24T16:00:00Z");
        assert_eq!("2025-11-24T17:00:00+01:00".parse(), Ok(at));
        assert_eq!(at.to_minute(), "2025-11-24 16:00 UTC");
        assert_eq!(at.to_second(), "2025-11-24 16:00:00 UTC");
        assert_eq!(at.to_html_time(), "2025-11-24 16:00:00Z");
        assert_eq!("yesterday".parse::<Timestamp>(), Err(ParseTimestampError));
    }

    #[test]
    fn arithmetic_saturates() {
        let end = Timestamp::from_micros(i64::MAX);
        assert_eq!(end + Duration::MAX, end);
        assert_eq!(end.to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(end.to_html_time(), "9999-12-31 23:59:59Z");
        assert_eq!(Timestamp::from_micros(i64::MIN).to_html_time(), "0001-01-01 00:00:00Z");
        assert_eq!(Timestamp::from_seconds(0).since(end), Duration::ZERO);
    }
}
