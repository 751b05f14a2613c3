//! `flui audit`.

use clap::{Args, Subcommand};
use flui_model::Timestamp;

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// List what you did and what was done to what is yours; everything, for admins
    #[command(after_help = "\
Examples:
  flui audit list --since 24h
  flui audit list --action key.revoked --since 2026-11-01 --output json")]
    List(ListEvents),
}

#[derive(Debug, Args)]
pub(crate) struct ListEvents {
    /// Only this action, like key.created
    #[arg(long, value_name = "ACTION")]
    pub(crate) action: Option<String>,
    /// Only from then on: hours or days back (24h, 7d), a day or a time (UTC)
    #[arg(long, value_name = "AGO|TIME", value_parser = since)]
    pub(crate) since: Option<Since>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,
}

/// From when on events are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// Seconds back from now.
    Ago(u64),
    /// This moment.
    At(Timestamp),
}

fn since(text: &str) -> Result<Since, String> {
    for (unit, seconds) in [('h', 3_600), ('d', 86_400)] {
        if let Some(number) = text.strip_suffix(unit)
            && let Ok(number @ 1..=100_000) = number.parse::<u64>()
        {
            return Ok(Since::Ago(number * seconds));
        }
    }
    let time = text.parse().or_else(|_| format!("{text}T00:00:00Z").parse());
    time.map(Since::At).map_err(|_| {
        "write hours or days back like 24h and 7d, or a time like 2026-11-24 or 2026-11-24T14:33:00Z".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_asked_for_from_a_time_or_so_long_ago() {
        assert_eq!(since("24h"), Ok(Since::Ago(86_400)));
        assert_eq!(since("7d"), Ok(Since::Ago(7 * 86_400)));
        let midnight = "2026-11-24T00:00:00Z".parse().unwrap();
        assert_eq!(since("2026-11-24"), Ok(Since::At(midnight)));
        assert_eq!(since("2026-11-24T00:00:00Z"), Ok(Since::At(midnight)));
        for text in ["", "h", "0d", "-1h", "24", "yesterday", "2026-13-01"] {
            assert!(since(text).is_err(), "{text}");
        }
    }
}
