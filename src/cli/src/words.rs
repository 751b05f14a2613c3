//! Text on its way to a terminal.

use flui_model::{ScopeSet, Timestamp};

/// How much of a foreign text is shown.
const LONGEST: usize = 400;

/// Text from elsewhere, made harmless: one line, no control characters that a terminal would obey, no characters that
/// turn the reading direction, at most 400 characters.
pub(crate) fn printable(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
        .filter(|c| !c.is_control() && !turns_direction(*c))
        .take(LONGEST + 1)
        .collect();
    if clean.chars().count() > LONGEST {
        let cut: String = clean.chars().take(LONGEST).collect();
        format!("{cut}…")
    } else {
        clean
    }
}

/// Whether a character changes the direction in which its neighbours are shown.
pub(crate) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `2027-02-22, in 90 days`: when something ends, seen from `now`.
pub(crate) fn end(at: Timestamp, now: Timestamp) -> String {
    format!("{}, {}", at.to_date(), left(at, now))
}

/// `in 90 days`: how long it still takes.
pub(crate) fn left(at: Timestamp, now: Timestamp) -> String {
    let left = at.since(now).as_secs();
    match (left / 86_400, left / 3_600) {
        _ if left == 0 => "over".to_owned(),
        (0, 0) => "in less than an hour".to_owned(),
        (0, 1) => "in 1 hour".to_owned(),
        (0, hours) => format!("in {hours} hours"),
        (1, _) => "in 1 day".to_owned(),
        (days, _) => format!("in {days} days"),
    }
}

/// What a key may do, in one line.
pub(crate) fn rights(unscoped: bool, scopes: ScopeSet) -> String {
    if unscoped {
        return "everything you may do".to_owned();
    }
    if scopes.is_empty() {
        return "nothing".to_owned();
    }
    scopes
        .iter()
        .map(|scope| scope.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn c8_foreign_text_loses_what_a_terminal_would_obey() {
        assert_eq!(printable("a\u{1b}[31mb\u{7}\r\nc\u{202e}d\u{9b}1m"), "a[31mb  cd1m");
        assert_eq!(printable("Ada Lövelace – 日本"), "Ada Lövelace – 日本");
    }

    #[test]
    fn long_foreign_text_is_cut() {
        assert_eq!(printable(&"x".repeat(LONGEST)).chars().count(), LONGEST);
        assert!(printable(&"x".repeat(LONGEST + 1)).ends_with("x…"));
    }

    #[test]
    fn ends_are_told_in_days_and_hours() {
        let now = Timestamp::from_seconds(1_764_000_000);
        let told = |seconds| end(now + Duration::from_secs(seconds), now);
        assert_eq!(told(0), "2025-11-24, over");
        assert_eq!(told(1_800), "2025-11-24, in less than an hour");
        assert_eq!(told(3_600), "2025-11-24, in 1 hour");
        assert_eq!(told(86_400), "2025-11-25, in 1 day");
        assert_eq!(told(90 * 86_400), "2026-02-22, in 90 days");
    }
}
