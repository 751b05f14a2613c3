//! `flui config remove`.

use crate::{exit::Fault, profile::Setting, setup::Setup};

/// Removes a setting. A context without an address would be none.
pub(crate) fn run(setup: &Setup, key: Setting) -> Result<(), Fault> {
    let mut profile = setup.profile()?;
    if key == Setting::ApiUrl {
        return Err(Fault::usage("A context needs its address.")
            .note("Change it with flui config set apiUrl URL, or delete the context."));
    }
    profile.remove(key);
    setup.home.save(&profile)?;
    setup.printer.words(format_args!(
        "{} is removed from context {}.",
        key.as_str(),
        profile.name()
    ));
    Ok(())
}
