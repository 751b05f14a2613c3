//! The command line: what may be typed. The comments here are the help that people read, and `docs/cli.md`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use flui_model::{Kind, Scope, Timestamp};

use crate::{address::ApiUrl, context_name::ContextName, machine, overlap, profile::Setting};

const ABOUT_MORE: &str = "\
Examples:
  flui context create prod --api-url https://app.example.org
  flui auth login
  flui keys create deploy --scope apps:change --expires 90d

Environment:
  FLUI_HOME      the folder for flui's files instead of ~/.flui
  FLUI_PROFILE   the context to work with, unless --context says another
  FLUI_API_KEY   the key to use instead of the saved one
  FLUI_CA_FILE   certificates (PEM) to trust beside the system's
  NO_COLOR       no colours

Exit codes:
  0 done, 1 failure, 2 usage, 3 not signed in, 4 refused, 5 not found,
  6 network or server, 130 interrupted";

const LOGIN_MORE: &str = "\
Over SSH, without a display, or when no port is free for the browser's answer, the login is
headless by itself.

Examples:
  flui auth login
  flui auth login --headless
  flui auth login --no-browser --key-name laptop";

/// Sign in to a Flui dashboard, and look after keys, contexts and settings
#[derive(Debug, Parser)]
#[command(name = "flui", version, after_help = ABOUT_MORE)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Context to work with, instead of `FLUI_PROFILE` or the active one
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) context: Option<ContextName>,
    /// How to print what is asked for, instead of the context's setting
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) output: Option<Output>,
    /// Print no words about what was done; warnings and errors stay
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Whether to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value_t, value_enum)]
    pub(crate) color: Color,
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    #[default]
    Text,
    /// For programs: one JSON object
    Json,
}

/// Whether to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in, sign out, see who is signed in
    #[command(subcommand)]
    Auth(Auth),
    /// List, create, rotate and revoke keys
    #[command(subcommand)]
    Keys(Keys),
    /// See what was done, by whom, from where
    #[command(subcommand)]
    Audit(Audit),
    /// Choose between dashboards; works offline
    #[command(subcommand)]
    Context(Context),
    /// Read and change the settings of a context; works offline
    #[command(subcommand)]
    Config(Config),
    /// Show who is signed in; the same as `flui auth status`
    Whoami,
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  flui completion bash > ~/.local/share/bash-completion/completions/flui")]
    Completion {
        /// The shell that will read the script
        shell: Shell,
    },
    /// Print this reference as Markdown
    #[command(hide = true)]
    Reference,
    /// Write a manual page for each command into a folder
    #[command(hide = true)]
    Man {
        /// The folder; it is made if it is missing
        folder: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    /// Sign in through a browser and save a key for this machine
    #[command(after_help = LOGIN_MORE)]
    Login(Login),
    /// Revoke this machine's key and forget it
    Logout,
    /// Show who is signed in, with which key, for how long
    #[command(visible_alias = "whoami")]
    Status,
    /// Report a machine lost: end its keys and the browsers that seem to be on it, all at once
    #[command(after_help = "Examples:\n  flui auth lost --machine laptop\n  flui auth lost --machine laptop --yes")]
    Lost(Lost),
    /// The same as `flui keys list`
    #[command(hide = true)]
    ApiKeys(ListKeys),
    /// The same as `flui keys create`
    #[command(hide = true)]
    GenerateApiKey(CreateKey),
    /// The same as `flui keys revoke`
    #[command(hide = true)]
    RevokeApiKey(RevokeKey),
}

#[derive(Debug, Args)]
pub(crate) struct Login {
    /// Use a browser of another machine: print a code to type on the dashboard there
    #[arg(long, conflicts_with_all = ["no_browser", "prompt"])]
    pub(crate) headless: bool,
    /// Print the address only; open it in a browser of this machine yourself
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Name of the key, instead of the context's keyName or the host name
    #[arg(long, value_name = "NAME", value_parser = machine::key_name)]
    pub(crate) key_name: Option<String>,
    /// What the provider should ask for although it knows you already
    #[arg(long)]
    pub(crate) prompt: Option<Prompt>,
    /// How long to wait for the browser; 120 seconds, or as long as the code of a headless login is good
    #[arg(long, hide = true, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct Lost {
    /// The machine's name, as flui keys list and the Sign-ins page show it
    #[arg(long, value_name = "NAME")]
    pub(crate) machine: String,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// The provider's `prompt` parameter (OpenID Connect Core, 3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Prompt {
    /// Your password and second factor again
    Login,
    /// Which account to use
    SelectAccount,
    /// Whether you agree
    Consent,
}

impl Prompt {
    /// The word on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::SelectAccount => "select_account",
            Self::Consent => "consent",
        }
    }
}

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

#[derive(Debug, Subcommand)]
pub(crate) enum Context {
    /// List the contexts
    List,
    /// Show one context, the selected one by default
    Show {
        /// Name of the context
        name: Option<ContextName>,
    },
    /// Create a context; the first becomes the active one
    #[command(after_help = "Example:\n  flui context create prod --api-url https://app.example.org --switch")]
    Create {
        /// Letters, digits, - and _
        name: ContextName,
        /// Where the dashboard answers; https, except on this very machine
        #[arg(long, value_name = "URL")]
        api_url: ApiUrl,
        /// Make it the active one
        #[arg(long)]
        switch: bool,
    },
    /// Make a context the active one
    Use {
        /// Name of the context
        name: ContextName,
    },
    /// Delete a context's folder with its settings
    Delete {
        /// Name of the context
        name: ContextName,
        /// Even when it is the active one or holds a key
        #[arg(long)]
        force: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Show all that the context's file holds; the key by its beginning only
    Show,
    /// Print the value of a setting
    Get {
        /// The setting
        key: Setting,
    },
    /// Change a setting
    #[command(after_help = "Example:\n  flui config set output json")]
    Set {
        /// The setting
        key: Setting,
        /// Its new value
        value: String,
    },
    /// Remove a setting
    Remove {
        /// The setting
        key: Setting,
    },
    /// List the settings with their values and meaning
    List,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

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
