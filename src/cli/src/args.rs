//! The command line: what may be typed. The comments here are the help that people read, and `docs/cli.md`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use flui_client::ApiUrl;

use crate::{context_name::ContextName, machine, profile::Setting};

mod audit;
mod keys;

pub(crate) use audit::{Audit, ListEvents, Since};
pub(crate) use keys::{CreateKey, Expiry, Keys, ListKeys, RevokeKey, RotateKey};

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
}
