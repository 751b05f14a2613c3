//! `flui keys`.

use std::net::IpAddr;

use clap::{Args, Subcommand, ValueEnum};
use flui_model::{Kind, Scope, Timestamp};

use crate::{context_name::ContextName, machine, overlap};

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// List your keys
    #[command(after_help = "Examples:\n  flui keys list\n  flui keys list --output json")]
    List(ListKeys),
    /// Create a key and print it, this once
    #[command(after_help = "\
Examples:
  flui keys create deploy --scope apps:look --scope apps:change
  flui keys create nightly --group backups:change --expires 90d
  flui keys create deploy --scope apps:change --bind-context prod
  flui keys create deploy --scope apps:change --network 203.0.113.0/24
  flui keys create gateway --kind service --unscoped > key.txt")]
    Create(CreateKey),
    /// Give a key a new secret and print it, this once
    #[command(after_help = "\
Examples:
  flui keys rotate deploy
  flui keys rotate deploy --overlap 2h > key.txt

The old secret stays good for the overlap, or until the new one is first used.")]
    Rotate(RotateKey),
    /// Revoke a key
    #[command(after_help = "Examples:\n  flui keys revoke deploy\n  flui keys revoke deploy --yes")]
    Revoke(RevokeKey),
}

#[derive(Debug, Args)]
pub(crate) struct ListKeys {
    /// Everybody's keys; for admins
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CreateKey {
    /// Name of the key
    #[arg(value_parser = machine::key_name)]
    pub(crate) name: String,
    /// Who will hold it
    #[arg(long, default_value_t, value_enum)]
    pub(crate) kind: KeyKind,
    #[command(flatten)]
    pub(crate) grant: Grant,
    /// When the key ends by itself: days from now (90d), or the last day of use (2027-06-30, UTC)
    #[arg(long, value_name = "DAYS|DATE", value_parser = expiry)]
    pub(crate) expires: Option<Expiry>,
    /// Context of the dashboard that the key shall open alone, instead of every one
    #[arg(long, value_name = "NAME")]
    pub(crate) bind_context: Option<ContextName>,
    /// Network or address that the key may be used from, instead of everywhere, like 203.0.113.0/24; may be repeated
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub(crate) network: Vec<String>,
}

/// What a key may do, in one of three ways of saying it.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Grant {
    /// Exactly this right, like apps:look; may be repeated
    #[arg(long, value_name = "AREA:DEPTH")]
    pub(crate) scope: Vec<Scope>,
    /// This right and all that are shallower; may be repeated
    #[arg(long, value_name = "AREA:DEPTH")]
    pub(crate) group: Vec<Scope>,
    /// Everything you may do, now and later
    #[arg(long)]
    pub(crate) unscoped: bool,
}

/// The kinds of keys that people make by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyKind {
    /// A pipeline or script
    #[default]
    Ci,
    /// Another Flui service, which may ask about other keys
    Service,
}

impl From<KeyKind> for Kind {
    fn from(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Ci => Self::Ci,
            KeyKind::Service => Self::Service,
        }
    }
}

/// When a key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// Days from now.
    Days(u32),
    /// At this moment.
    At(Timestamp),
}

fn expiry(text: &str) -> Result<Expiry, String> {
    if let Some(days) = text.strip_suffix('d')
        && let Ok(days @ 1..=36_500) = days.parse()
    {
        return Ok(Expiry::Days(days));
    }
    // A date stands for the end of that day, so that the key still works on it.
    format!("{text}T23:59:59Z")
        .parse()
        .map(Expiry::At)
        .map_err(|_| "write days from now like 90d, or a date like 2027-06-30".to_owned())
}

/// Catches slips of the pen before anything is sent; the dashboard has the last word.
fn network(text: &str) -> Result<String, String> {
    let (address, length) = text
        .split_once('/')
        .map_or((text, None), |(address, length)| (address, Some(length)));
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => 0,
    };
    let fits = length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= most));
    if most > 0 && fits {
        Ok(text.to_owned())
    } else {
        Err("write a network like 203.0.113.0/24 or 2001:db8::/32, or an address".to_owned())
    }
}

#[derive(Debug, Args)]
pub(crate) struct RotateKey {
    /// The key's id, or the name of a live key of yours
    #[arg(value_name = "ID|NAME")]
    pub(crate) key: String,
    /// How long the old secret stays good at most: 30m, 24h, 7d, or 0 to end it at once; 24h by default
    #[arg(long, value_name = "TIME", value_parser = overlap::seconds)]
    pub(crate) overlap: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeKey {
    /// The key's id, or the name of a live key of yours
    #[arg(value_name = "ID|NAME")]
    pub(crate) key: String,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn expiry_is_days_or_a_date() {
        assert_eq!(expiry("90d"), Ok(Expiry::Days(90)));
        let end_of_day = "2027-06-30T23:59:59Z".parse().unwrap();
        assert_eq!(expiry("2027-06-30"), Ok(Expiry::At(end_of_day)));
        for text in ["", "d", "0d", "-1d", "90", "36501d", "2027-13-01", "tomorrow"] {
            assert!(expiry(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_network_is_written_as_one() {
        for text in ["203.0.113.0/24", "2001:db8::/32", "192.0.2.7", "::1", "0.0.0.0/0"] {
            assert_eq!(network(text).as_deref(), Ok(text));
        }
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "example.org",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/8,::/0",
        ] {
            assert!(network(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_is_asked_for_with_exactly_one_kind_of_grant() {
        let parse =
            |rest: &[&str]| Cli::try_parse_from(["flui", "keys", "create", "ci"].iter().chain(rest)).map(|_| ());
        assert!(parse(&["--unscoped"]).is_ok());
        assert!(parse(&["--scope", "apps:look", "--scope", "mail:look"]).is_ok());
        assert!(parse(&[]).is_err());
        assert!(parse(&["--unscoped", "--scope", "apps:look"]).is_err());
        assert!(parse(&["--group", "apps:look", "--scope", "apps:look"]).is_err());
        assert!(parse(&["--scope", "apps:own"]).is_err());
    }
}
