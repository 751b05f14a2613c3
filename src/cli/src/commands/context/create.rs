//! `flui context create`.

use flui_client::ApiUrl;

use crate::{context_name::ContextName, exit::Fault, profile::Profile, setup::Setup};

/// Creates a context. The first becomes the active one.
pub(crate) fn run(setup: &Setup, name: &ContextName, api_url: &ApiUrl, switch: bool) -> Result<(), Fault> {
    let known = setup.home.contexts()?;
    if let Some(taken) = known.iter().find(|known| known.is_same(name)) {
        return Err(Fault::failure(format!("There is a context {taken} already."))
            .note("Take another name, or change that one with: flui config set apiUrl URL"));
    }
    let path = setup.home.profile_file(name);
    setup.home.save(&Profile::new(name.clone(), path, api_url))?;
    let active = switch || known.is_empty();
    if active {
        setup.home.set_active(name)?;
    }
    let and_active = if active { " and is the active one" } else { "" };
    setup
        .printer
        .words(format_args!("The context {name} is created{and_active}."));
    setup.printer.words(if active {
        "Sign in with: flui auth login".to_owned()
    } else {
        format!("Work with it by --context {name}, or choose it with: flui context use {name}")
    });
    Ok(())
}
