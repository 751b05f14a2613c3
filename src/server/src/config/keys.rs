//! The one table of keys. Loading, hints and the redacted report all follow it.

use std::{env, io::IsTerminal, iter};

use super::spelling::nearest;

/// A key an operator may set.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The environment variable.
    pub env: &'static str,
    /// The place in the TOML file, `section.name` or `name`.
    pub path: &'static str,
    /// The flag, where there is one.
    pub flag: Option<&'static str>,
    /// Whether it holds several values: an array in TOML, separated by commas or spaces elsewhere.
    pub list: bool,
    /// Whether its value may be shown.
    pub secrecy: Secrecy,
    /// What holds when it is not given.
    pub fallback: Fallback,
    /// One sentence for the manual.
    pub doc: &'static str,
}

/// Whether a value may be shown. Whatever may not be shown can also be given by file: `<variable>_FILE`,
/// `<place in the TOML file>_file`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// It may.
    Open,
    /// It may not.
    Secret,
    /// It may when it names an SQLite file; a server's address may hold a password.
    Database,
}

/// What holds when a key is not given.
#[derive(Clone, Copy, Debug)]
pub enum Fallback {
    /// The program does not start.
    Required,
    /// The feature is off, or the list is empty.
    Unset,
    /// This text.
    Value(&'static str),
    /// A text that depends on where the program runs.
    Chosen {
        /// The rule, for the manual.
        rule: &'static str,
        /// The rule itself.
        choose: fn() -> String,
    },
}

impl Key {
    const fn new(env: &'static str, path: &'static str, fallback: Fallback, doc: &'static str) -> Self {
        Self {
            env,
            path,
            flag: None,
            list: false,
            secrecy: Secrecy::Open,
            fallback,
            doc,
        }
    }

    const fn flag(self, flag: &'static str) -> Self {
        Self {
            flag: Some(flag),
            ..self
        }
    }

    const fn list(self) -> Self {
        Self { list: true, ..self }
    }

    const fn secrecy(self, secrecy: Secrecy) -> Self {
        Self { secrecy, ..self }
    }

    /// Whether this text, given for the key, must stay hidden.
    pub(super) fn hides(&self, text: &str) -> bool {
        match self.secrecy {
            Secrecy::Open => false,
            Secrecy::Secret => true,
            Secrecy::Database => !text.starts_with("sqlite:"),
        }
    }
}

/// Every key, those without a section first, then section by section.
pub const KEYS: &[Key] = &[
    Key::new(
        "FLUI_PUBLIC_URL",
        "public_url",
        Fallback::Required,
        "Where browsers reach the dashboard, such as https://app.example.org; https unless the host is loopback.",
    )
    .flag("--public-url"),
    Key::new(
        "FLUI_LISTEN",
        "listen",
        Fallback::Value("127.0.0.1:3000"),
        "Address and port the dashboard listens on.",
    )
    .flag("--listen"),
    Key::new(
        "FLUI_METRICS_LISTEN",
        "metrics_listen",
        Fallback::Unset,
        "Address and port that serve figures.",
    ),
    Key::new(
        "FLUI_STATE_DIR",
        "state_dir",
        Fallback::Value("state"),
        "Folder for everything the dashboard keeps.",
    )
    .flag("--state-dir"),
    Key::new(
        "FLUI_SITE_DIR",
        "site_dir",
        Fallback::Chosen {
            rule: "`site` beside the program",
            choose: site_beside_program,
        },
        "Folder of the built scripts and styles.",
    ),
    Key::new(
        "FLUI_DATABASE_URL",
        "database_url",
        Fallback::Value("sqlite:flui.db"),
        "The database: sqlite: and a file, under the state folder unless absolute, or a postgres:// address.",
    )
    .flag("--database-url")
    .secrecy(Secrecy::Database),
    Key::new(
        "FLUI_SEALING_KEYS",
        "sealing_keys",
        Fallback::Unset,
        "Keys, id:base64 of 32 bytes, that seal secrets in the database; the first seals, all open.",
    )
    .list()
    .secrecy(Secrecy::Secret),
    Key::new(
        "FLUI_ACCOUNT_URL",
        "account_url",
        Fallback::Unset,
        "The provider's own page for password, second factor and profile.",
    ),
    Key::new(
        "FLUI_TRUSTED_PROXIES",
        "trusted_proxies",
        Fallback::Unset,
        "Networks, such as 10.0.0.0/8, whose X-Forwarded-* headers are believed.",
    )
    .list(),
    Key::new(
        "FLUI_FRESH_SIGN_IN",
        "fresh_sign_in",
        Fallback::Value("15m"),
        "How recent a sign-in must be to create keys or to act as an admin.",
    ),
    Key::new(
        "FLUI_OUTBOUND_ALLOW_PRIVATE",
        "outbound_allow_private",
        Fallback::Unset,
        "Networks, such as 10.1.0.0/16, that outgoing calls may reach although they are not public.",
    )
    .list(),
    Key::new(
        "FLUI_LOG",
        "log",
        Fallback::Chosen {
            rule: "`pretty` on a terminal, otherwise `json`",
            choose: log_for_stderr,
        },
        "The form of the log: json or pretty.",
    ),
    Key::new(
        "FLUI_OIDC_ISSUER",
        "oidc.issuer",
        Fallback::Required,
        "The provider's issuer, exactly as its discovery document writes it.",
    ),
    Key::new(
        "FLUI_OIDC_CLIENT_ID",
        "oidc.client_id",
        Fallback::Required,
        "The dashboard's confidential client at the provider.",
    ),
    Key::new(
        "FLUI_OIDC_CLIENT_SECRET",
        "oidc.client_secret",
        Fallback::Required,
        "The secret of that client.",
    )
    .secrecy(Secrecy::Secret),
    Key::new(
        "FLUI_OIDC_CLI_CLIENT_ID",
        "oidc.cli_client_id",
        Fallback::Required,
        "The command line's public native client at the provider.",
    ),
    Key::new(
        "FLUI_OIDC_SCOPES",
        "oidc.scopes",
        Fallback::Value("openid profile email"),
        "Scopes asked for at sign-in; openid must be among them.",
    )
    .list(),
    Key::new(
        "FLUI_OIDC_AUDIENCES",
        "oidc.audiences",
        Fallback::Unset,
        "Further audiences of access tokens accepted at the exchange.",
    )
    .list(),
    Key::new(
        "FLUI_OIDC_CA_FILE",
        "oidc.ca_file",
        Fallback::Unset,
        "Certificates, in PEM, of a private authority that signs the provider's.",
    ),
    Key::new(
        "FLUI_OIDC_REGISTRATION_TOKEN",
        "oidc.registration_token",
        Fallback::Unset,
        "The initial access token with which apps are registered at the provider; needs FLUI_SEALING_KEYS.",
    )
    .secrecy(Secrecy::Secret),
    Key::new(
        "FLUI_ROLES_CLAIM",
        "roles.claim",
        Fallback::Value("groups"),
        "The claim that holds a person's roles: a name, or a path with dots.",
    ),
    Key::new(
        "FLUI_ADMIN_ROLES",
        "roles.admin",
        Fallback::Unset,
        "Values of that claim that make an admin.",
    )
    .list(),
    Key::new(
        "FLUI_READONLY_ROLES",
        "roles.readonly",
        Fallback::Unset,
        "Values of that claim that make a reader.",
    )
    .list(),
    Key::new(
        "FLUI_SESSION_IDLE",
        "session.idle",
        Fallback::Value("30m"),
        "Longest pause before a browser is signed out, from 1m to 1d.",
    ),
    Key::new(
        "FLUI_SESSION_ABSOLUTE",
        "session.absolute",
        Fallback::Value("12h"),
        "Longest time a browser stays signed in, up to 30d.",
    ),
    Key::new(
        "FLUI_KEYS_MAX_AGE",
        "keys.max_age",
        Fallback::Value("365d"),
        "Longest life of a key that anybody may ask for, from 1d to 3650d.",
    ),
    Key::new(
        "FLUI_KEYS_WORKSTATION_AGE",
        "keys.workstation_age",
        Fallback::Value("90d"),
        "Life of a key that the command line gets, up to FLUI_KEYS_MAX_AGE.",
    ),
    Key::new(
        "FLUI_WEBHOOK_URL",
        "webhook.url",
        Fallback::Unset,
        "Where ends of keys are told, as signed JSON; needs FLUI_WEBHOOK_SECRET.",
    ),
    Key::new(
        "FLUI_WEBHOOK_SECRET",
        "webhook.secret",
        Fallback::Unset,
        "What the webhook is signed with: at least 32 characters, best whsec_ and Base64.",
    )
    .secrecy(Secrecy::Secret),
];

/// Variables of the same prefix that belong to the product's other programs, or, like `FLUI_CONFIG`, are no key.
const NO_KEYS: [&str; 9] = [
    "FLUI_CONFIG",
    "FLUI_HOME",
    "FLUI_PROFILE",
    "FLUI_API_KEY",
    "FLUI_CA_FILE",
    "FLUI_TEST_DATABASE_URL",
    "FLUI_CHROMIUM",
    "FLUI_DEVIDP_CLIENT_SECRET",
    "FLUI_DEVIDP_REGISTRATION_TOKEN",
];

fn site_beside_program() -> String {
    let program = env::current_exe().unwrap_or_default();
    program.with_file_name("site").to_string_lossy().into_owned()
}

fn log_for_stderr() -> String {
    let format = if std::io::stderr().is_terminal() {
        "pretty"
    } else {
        "json"
    };
    format.to_owned()
}

/// A key together with the way it is written: the value itself, or a file that holds it.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) key: &'static Key,
    pub(super) by_file: bool,
}

impl Slot {
    /// The variable.
    fn env(self) -> String {
        format!("{}{}", self.key.env, if self.by_file { "_FILE" } else { "" })
    }

    /// The place in the TOML file.
    fn path(self) -> String {
        format!("{}{}", self.key.path, if self.by_file { "_file" } else { "" })
    }

    fn all() -> impl Iterator<Item = Self> {
        KEYS.iter().flat_map(|key| {
            let value = iter::once(Self { key, by_file: false });
            value.chain((key.secrecy != Secrecy::Open).then_some(Self { key, by_file: true }))
        })
    }

    /// The slot a variable of this name fills.
    pub(super) fn of_env(name: &str) -> Option<Self> {
        Self::all().find(|slot| slot.env() == name)
    }

    /// The slot a value at this place in the TOML file fills.
    pub(super) fn of_path(path: &str) -> Option<Self> {
        Self::all().find(|slot| slot.path() == path)
    }
}

/// Whether a variable is known and yet no key of this program.
pub(super) fn is_no_key(env: &str) -> bool {
    NO_KEYS.contains(&env)
}

/// Whether the TOML file may have a section of this name.
pub(super) fn is_section(name: &str) -> bool {
    KEYS.iter()
        .filter_map(|key| key.path.split_once('.'))
        .any(|(section, _)| section == name)
}

/// The known variable that an unknown one was most likely meant to be.
pub(super) fn env_like(name: &str) -> Option<String> {
    let keys = Slot::all().flat_map(|slot| [(slot.env(), slot.env()), (slot.path(), slot.env())]);
    let others = NO_KEYS.iter().map(|&name| (name.to_owned(), name.to_owned()));
    nearest(name, keys.chain(others))
}

/// The known place in the TOML file that an unknown one was most likely meant to be.
pub(super) fn path_like(path: &str) -> Option<String> {
    nearest(
        path,
        Slot::all().flat_map(|slot| [(slot.path(), slot.path()), (slot.env(), slot.path())]),
    )
}
