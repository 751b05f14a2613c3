//! `flui context use`.

use crate::{
    context_name::ContextName,
    exit::Fault,
    setup::{self, Setup},
};

/// Makes a context the active one.
pub(crate) fn run(setup: &Setup, name: &ContextName) -> Result<(), Fault> {
    let name = setup.home.find_context(name)?;
    setup.home.set_active(&name)?;
    setup.printer.words(format_args!("The context {name} is active."));
    if setup::env("FLUI_PROFILE")?.is_some() {
        setup
            .printer
            .warn("FLUI_PROFILE is set and goes before the active context");
    }
    Ok(())
}
