use crate::{SecretHash, ports::Random};

/// Letters that are hard to mistake for others and spell no words (RFC 8628, section 6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// 20 to the power of 8 is more than 2 to the power of 34: five guesses in ten minutes find nothing.
const LENGTH: usize = 8;

/// Makes a code, without its dash.
pub(super) fn generate(random: &dyn Random) -> String {
    let mut code = String::with_capacity(LENGTH);
    while code.len() < LENGTH {
        let mut bytes = [0; LENGTH];
        random.fill(&mut bytes);
        // 240 is the largest multiple of 20 in a byte: what lies beyond would prefer the first letters.
        let fair = bytes
            .iter()
            .filter(|byte| **byte < 240)
            .map(|byte| usize::from(byte % 20));
        code.extend(fair.map(|place| char::from(LETTERS[place])).take(LENGTH - code.len()));
    }
    code
}

/// The code as people read it: `BCDF-GHJK`.
pub(super) fn show(code: &str) -> String {
    let (start, end) = code.split_at(LENGTH / 2);
    format!("{start}-{end}")
}

/// The hash of a code as a person typed it, in any case and with or without dash and blanks. None if it has another
/// shape, and so cannot be a code.
pub(super) fn read(typed: &str) -> Option<SecretHash> {
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let fits = code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte));
    fits.then(|| SecretHash::of(&code))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    struct Rising(AtomicU8);

    impl Random for Rising {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(7, Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn codes_are_read_as_they_are_shown_and_as_people_type() {
        let random = Rising(AtomicU8::new(0));
        for _ in 0..200 {
            let code = generate(&random);
            let shown = show(&code);
            assert_eq!(shown.len(), 9);
            for typed in [
                shown.clone(),
                code.to_lowercase(),
                format!("  {} ", shown.replace('-', " - ")),
            ] {
                assert_eq!(read(&typed), Some(SecretHash::of(&code)), "{typed}");
            }
        }
    }

    #[test]
    fn other_shapes_are_no_codes() {
        for typed in [
            "",
            "BCDF-GHJ",
            "BCDF-GHJKL",
            "ACDF-GHJK",
            "BCDF_GHJK",
            "BCDF-GHJ\u{212A}",
            "é",
        ] {
            assert_eq!(read(typed), None, "{typed}");
        }
        assert!(read("BCDF-GHJK").is_some());
    }
}
