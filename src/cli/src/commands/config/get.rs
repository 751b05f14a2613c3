//! `flui config get`.

use serde_json::json;

use crate::{exit::Fault, profile::Setting, setup::Setup, words};

/// Prints a setting's value alone.
pub(crate) fn run(setup: &Setup, key: Setting) -> Result<(), Fault> {
    let profile = setup.profile()?;
    let name = key.as_str();
    let value = profile
        .setting(key)?
        .ok_or_else(|| Fault::not_found(format!("{name} is not set in context {}.", profile.name())))?;
    if setup.printer.is_json() {
        setup.printer.json(&json!({ "key": name, "value": value }))
    } else {
        setup.printer.data(words::printable(value))
    }
}
