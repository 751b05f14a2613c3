//! How many tests passed and failed, read from the runners' own closing lines.

use std::fmt;

/// Who wrote a line.
#[derive(Clone, Copy)]
pub(crate) enum Runner {
    /// `test result: ok. 5 passed; 0 failed; …`, once per test binary.
    Cargo,
    /// `  12 passed (3.4s)`, `  1 failed`, once per run.
    Playwright,
}

/// Sums over all runners.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    passed: u64,
    failed: u64,
}

impl Counts {
    /// Adds what a line of output says, when it is a closing line.
    pub(crate) fn read(&mut self, runner: Runner, line: &str) {
        let line = without_colour(line);
        let counts = match runner {
            Runner::Cargo => match line.strip_prefix("test result: ") {
                Some(result) => result,
                None => return,
            },
            Runner::Playwright => line.as_str(),
        };
        for part in counts.split(['.', ';']) {
            let mut words = part.split_whitespace();
            let Some(Ok(number)) = words.next().map(str::parse::<u64>) else {
                continue;
            };
            match (words.next(), words.next()) {
                // What follows is nothing, or the time in brackets: a test's own output is not taken for a sum.
                (Some("passed"), rest) if rest.is_none_or(|rest| rest.starts_with('(')) => self.passed += number,
                (Some("failed"), None) => self.failed += number,
                _ => {}
            }
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The line without the terminal's colour codes (`ESC [ … m`).
fn without_colour(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_both_runners_are_summed() {
        let mut counts = Counts::default();
        counts.read(
            Runner::Cargo,
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out",
        );
        counts.read(
            Runner::Cargo,
            "test result: \u{1b}[31mFAILED\u{1b}[m. 2 passed; 3 failed; 0 ignored",
        );
        counts.read(Runner::Playwright, "  \u{1b}[32m12 passed\u{1b}[39m (3.4s)");
        counts.read(Runner::Playwright, "  1 failed");
        assert_eq!(counts.to_string(), "19 passed, 4 failed");
    }

    #[test]
    fn other_lines_count_nothing() {
        let mut counts = Counts::default();
        counts.read(Runner::Cargo, "12 passed");
        counts.read(Runner::Cargo, "running 12 tests");
        counts.read(Runner::Playwright, "  ok 1 [devidp] > 5 passed the gate (1.2s)");
        counts.read(Runner::Playwright, "  3 failed to load");
        assert_eq!(counts, Counts::default());
    }
}
