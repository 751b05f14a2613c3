//! `flui config set`.

use crate::{exit::Fault, profile::Setting, setup::Setup};

/// Changes a setting.
pub(crate) fn run(setup: &Setup, key: Setting, value: &str) -> Result<(), Fault> {
    let name = key.as_str();
    let value = key
        .check(value)
        .map_err(|reason| Fault::usage(format!("{name}: {reason}.")))?;
    let mut profile = setup.profile()?;
    let moves = key == Setting::ApiUrl && profile.setting(key)? != Some(&value);
    if moves && profile.key()?.is_some() {
        // The key would be presented to whoever answers at the new address.
        return Err(Fault::failure(format!(
            "The context {} holds a key of its present address.",
            profile.name()
        ))
        .note("End it first with flui auth logout, or create another context."));
    }
    profile.set(key, value);
    setup.home.save(&profile)?;
    setup
        .printer
        .words(format_args!("{name} is set in context {}.", profile.name()));
    Ok(())
}
