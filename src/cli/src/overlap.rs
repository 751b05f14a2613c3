//! How long the old secret of a rotated key stays good, as it is typed.

/// Seconds, at most 7 days of them.
pub(crate) fn seconds(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.strip_suffix(['m', 'h', 'd']) {
        Some(digits) if text.ends_with('m') => (digits, 60),
        Some(digits) if text.ends_with('h') => (digits, 3_600),
        Some(digits) => (digits, 86_400),
        None if text == "0" => (text, 1),
        None => ("", 1),
    };
    let seconds = digits.parse::<u64>().ok().and_then(|count| count.checked_mul(unit));
    seconds
        .filter(|seconds| *seconds <= 7 * 86_400)
        .ok_or_else(|| "write a time like 30m, 24h or 7d, at most 7d, or 0".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_is_at_most_seven_days() {
        for (text, told) in [
            ("0", 0),
            ("30m", 1_800),
            ("24h", 86_400),
            ("7d", 604_800),
            ("168h", 604_800),
        ] {
            assert_eq!(seconds(text), Ok(told), "{text}");
        }
        for text in ["", "1", "24", "8d", "169h", "-1h", "h", "1w", "99999999999999999999d"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
