//! One line about a key that ends soon, at most once a day for each context.

use std::{sync::OnceLock, time::Duration};

use flui_model::Timestamp;

use crate::{
    args::Global,
    exit::Fault,
    setup::{self, Setup},
    system, words,
};

/// How long the hint is not repeated.
const SILENCE: Duration = Duration::from_hours(24);

/// What the dashboard said last. One process makes the calls of one command.
static ENDS: OnceLock<Timestamp> = OnceLock::new();

/// Takes down what an answer said of the end of the key that was presented.
pub(crate) fn note(ends: Timestamp) {
    ENDS.get_or_init(|| ends);
}

/// Tells what was taken down, once the command is done. Nothing depends on the hint, so its own faults are passed over.
pub(crate) fn tell(global: Global) {
    if let Some(ends) = ENDS.get() {
        let _ = try_tell(global, *ends);
    }
}

fn try_tell(global: Global, ends: Timestamp) -> Result<(), Fault> {
    let setup = Setup::new(global)?;
    let now = system::now();
    // Read again: the command may have changed it.
    let mut profile = setup.home.profile(&setup.selected()?)?;
    let told = profile.last_expiry_hint();
    if setup.printer.is_quiet() || told.is_some_and(|at| at <= now && now.since(at) < SILENCE) {
        return Ok(());
    }
    let left = words::left(ends, now);
    if setup::env_key()?.is_some() {
        setup.printer.words(format_args!(
            "the key in FLUI_API_KEY ends {left}: make another one with flui keys create"
        ));
    } else if profile.key()?.is_some() {
        let name = profile.key_name()?.unwrap_or("of this machine");
        setup
            .printer
            .words(format_args!("key \"{name}\" ends {left}: run flui auth login"));
    } else {
        // The command was the sign-out.
        return Ok(());
    }
    profile.hold_expiry_hint(now);
    setup.home.save(&profile)
}
