//! How far this machine's clock and the provider's are apart, measured by the `Date` of an answer.

use std::time::Duration;

use flui_model::Timestamp;

use crate::jwt::LEEWAY;

/// Tells the log. Beyond what verification allows for, tokens are refused or live too long, and the line says what to do.
pub(crate) fn tell(ours: Timestamp, theirs: Timestamp) {
    if let Some(warning) = warning(ours, theirs) {
        tracing::warn!("{warning}");
    } else {
        let seconds = difference(ours, theirs).as_secs();
        tracing::info!(seconds, "measured the provider's clock against this machine's");
    }
}

fn difference(ours: Timestamp, theirs: Timestamp) -> Duration {
    ours.since(theirs).max(theirs.since(ours))
}

/// The sentence for whoever keeps the clocks; none when the difference does no harm.
fn warning(ours: Timestamp, theirs: Timestamp) -> Option<String> {
    let difference = difference(ours, theirs);
    if difference <= LEEWAY {
        return None;
    }
    let (seconds, allowed) = (difference.as_secs(), LEEWAY.as_secs());
    let (side, harm) = if theirs > ours {
        ("ahead of", "its tokens are refused because they come from the future")
    } else {
        ("behind", "its tokens are refused because they look expired")
    };
    Some(format!(
        "the provider's clock is {seconds} seconds {side} this machine's. Beyond {allowed} seconds sign-ins fail: {harm}. \
         Let both machines take their time from NTP"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b9_a_provider_whose_clock_is_off_is_named_with_its_seconds_and_what_to_do() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let at = |seconds| now + Duration::from_secs(seconds);
        for fine in [now, at(60), now - LEEWAY] {
            assert_eq!(warning(now, fine), None);
        }
        let ahead = warning(now, at(61)).unwrap();
        assert!(ahead.contains("61 seconds ahead") && ahead.contains("NTP"), "{ahead}");
        let behind = warning(at(300), now).unwrap();
        assert!(
            behind.contains("300 seconds behind") && behind.contains("expired"),
            "{behind}"
        );
    }
}
