//! The calendar as text (RFC 5545).

use flui_identity::sign_ins::SignIn;
use flui_model::Timestamp;

/// The most octets of a line, its end not counted (RFC 5545, section 3.1).
const LINE: usize = 75;

/// Days before the end on which a reminder comes.
const REMINDERS: [u8; 3] = [14, 7, 1];

/// One all-day event for each key, on the day of its end in UTC. `public_url` has no slash at its end.
pub(super) fn calendar(keys: &[SignIn], public_url: &str, now: Timestamp) -> String {
    let mut text = String::new();
    let stamp = compact(&now.to_string());
    for (name, value) in [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Flui//Dashboard//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("X-WR-CALNAME", "Flui keys"),
        // RFC 7986, section 5.7: twice a day is often enough.
        ("REFRESH-INTERVAL;VALUE=DURATION", "PT12H"),
    ] {
        line(&mut text, name, value);
    }
    for key in keys {
        event(&mut text, key, public_url, &stamp);
    }
    line(&mut text, "END", "VCALENDAR");
    text
}

fn event(text: &mut String, key: &SignIn, public_url: &str, stamp: &str) {
    let summary = format!("{} key \"{}\" ends", key.kind.label(), key.name);
    let description = format!(
        "It ends at {}. Whatever uses it stops working then. Your keys: {public_url}/keys",
        key.expires_at.to_minute()
    );
    let summary = escaped(&summary);
    line(text, "BEGIN", "VEVENT");
    line(text, "UID", &key.id.to_string());
    line(text, "DTSTAMP", stamp);
    line(text, "DTSTART;VALUE=DATE", &compact(&key.expires_at.to_date()));
    line(text, "SUMMARY", &summary);
    line(text, "DESCRIPTION", &escaped(&description));
    line(text, "URL", &format!("{public_url}/keys"));
    line(text, "TRANSP", "TRANSPARENT");
    for days in REMINDERS {
        line(text, "BEGIN", "VALARM");
        line(text, "ACTION", "DISPLAY");
        line(text, "TRIGGER", &format!("-P{days}D"));
        line(text, "DESCRIPTION", &summary);
        line(text, "END", "VALARM");
    }
    line(text, "END", "VEVENT");
}

/// `20270131T090000Z` out of RFC 3339, whole seconds only; `20270131` out of a date.
fn compact(rfc3339: &str) -> String {
    let seconds = rfc3339.split_once('.').map_or(rfc3339, |(seconds, _)| seconds);
    let mut compact: String = seconds.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    if compact.contains('T') && !compact.ends_with('Z') {
        compact.push('Z');
    }
    compact
}

/// Text as a value (RFC 5545, section 3.3.11). Names hold no control characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | ';' | ',') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Adds a line, folded so that none is longer than 75 octets and no character is torn apart.
fn line(text: &mut String, name: &str, value: &str) {
    let mut octets = 0;
    for c in name.chars().chain([':']).chain(value.chars()) {
        if octets + c.len_utf8() > LINE {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(c);
        octets += c.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let value = "é🔑".repeat(60);
        let mut text = String::new();
        line(&mut text, "SUMMARY", &value);
        assert!(text.ends_with("\r\n"));
        assert!(text.split("\r\n").all(|line| line.len() <= LINE));
        assert_eq!(text.replace("\r\n ", ""), format!("SUMMARY:{value}\r\n"));
        let mut short = String::new();
        line(&mut short, "A", &"x".repeat(73));
        assert_eq!(short.matches("\r\n").count(), 1, "75 octets fit");
    }

    #[test]
    fn text_and_times_are_written_as_calendars_read_them() {
        assert_eq!(escaped(r"a,b;c\d:e"), r"a\,b\;c\\d:e");
        assert_eq!(compact("2027-01-31T09:00:00.123456Z"), "20270131T090000Z");
        assert_eq!(compact("2027-01-31T09:00:00Z"), "20270131T090000Z");
        assert_eq!(compact("2027-01-31"), "20270131");
    }
}
