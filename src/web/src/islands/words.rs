const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const MONTH: u64 = 30 * DAY;
const YEAR: u64 = 365 * DAY;

/// How far a moment lies from now: `3 minutes ago`, `in 12 days`. `seconds` have passed since; negative ones are still
/// to come. Rounded down; but a minute under way counts whole ahead of us, so that 30 days are not 29 on the next page.
pub(crate) fn distance(seconds: i64) -> String {
    let ahead = if seconds < 0 { MINUTE - 1 } else { 0 };
    let length = seconds.unsigned_abs().saturating_add(ahead);
    // Days stay days for long: people plan by them.
    let (count, unit) = match length {
        0..MINUTE => return "just now".to_owned(),
        MINUTE..HOUR => (length / MINUTE, "minute"),
        HOUR..DAY => (length / HOUR, "hour"),
        _ if length < 4 * MONTH => (length / DAY, "day"),
        _ if length < 2 * YEAR => (length / MONTH, "month"),
        _ => (length / YEAR, "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds < 0 {
        format!("in {count} {unit}{plural}")
    } else {
        format!("{count} {unit}{plural} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances_are_rounded_down_and_read_well() {
        for (seconds, words) in [
            (0, "just now"),
            (59, "just now"),
            (-1, "in 1 minute"),
            (60, "1 minute ago"),
            (3599, "59 minutes ago"),
            (7200, "2 hours ago"),
            (86_400, "1 day ago"),
            (-86_400 * 89 - 5, "in 89 days"),
            (-86_400 * 30 + 20, "in 30 days"),
            (-86_400 * 30 + 90, "in 29 days"),
            (-86_400 * 365, "in 12 months"),
            (86_400 * 800, "2 years ago"),
            (i64::MIN, "in 292471208677 years"),
        ] {
            assert_eq!(distance(seconds), words, "{seconds}");
        }
    }
}
