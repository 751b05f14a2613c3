//! Tests of the whole module, through `load`.

mod apps;
mod files;
mod precedence;
mod redaction;
mod refusals;
mod table;
mod webhook;

use std::path::{Path, PathBuf};

use super::{Config, Faults, Flags, load};

/// The client secret of every test, looked for in whatever may be shown.
const SECRET: &str = "canary-of-the-client";

/// Two keys that seal: the bytes from 1 and those from 2 on.
const SEALING_KEYS: &str =
    "b:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=,a:AgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICE=";

/// The fewest variables that make a configuration.
const MINIMUM: [(&str, &str); 5] = [
    ("FLUI_PUBLIC_URL", "https://app.example.org"),
    ("FLUI_OIDC_ISSUER", "https://id.example.org/realms/flui"),
    ("FLUI_OIDC_CLIENT_ID", "dashboard"),
    ("FLUI_OIDC_CLIENT_SECRET", SECRET),
    ("FLUI_OIDC_CLI_CLIENT_ID", "cli"),
];

/// The minimum with these variables set, or left out where the value is `None`.
fn variables<'a>(changes: &[(&'a str, Option<&'a str>)]) -> Vec<(String, String)> {
    let kept = MINIMUM
        .into_iter()
        .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let set = changes
        .iter()
        .filter_map(|(name, value)| value.map(|value| (*name, value)));
    kept.chain(set)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Loads the minimum with these changes, without flags.
fn loaded(changes: &[(&str, Option<&str>)]) -> Result<Config, Faults> {
    load(&Flags::default(), variables(changes).into_iter())
}

/// Loads the minimum with one more variable.
fn with(name: &str, value: &str) -> Result<Config, Faults> {
    loaded(&[(name, Some(value))])
}

/// Loads this TOML file and nothing else.
fn from_file(text: &str) -> Result<Config, Faults> {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "flui.toml", text, 0o600);
    load(
        &Flags {
            config: Some(path),
            ..Flags::default()
        },
        std::iter::empty(),
    )
}

/// Writes a file with this mode.
fn write(folder: &Path, name: &str, text: &str, mode: u32) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;

    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path
}

/// The keys of the faults, in order.
fn keys(faults: &Faults) -> Vec<&str> {
    faults.0.iter().map(|fault| fault.key.as_str()).collect()
}
