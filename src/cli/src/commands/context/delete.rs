//! `flui context delete`.

use crate::{context_name::ContextName, exit::Fault, setup::Setup};

/// Deletes a context's folder. Neither the active context nor a key is lost without `--force`.
pub(crate) fn run(setup: &Setup, name: &ContextName, force: bool) -> Result<(), Fault> {
    let name = setup.home.find_context(name)?;
    let is_active = setup.home.active()?.is_some_and(|active| active.is_same(&name));
    // A file that cannot be read holds nothing that could be told; --force gets rid of it.
    let live_key = match live_key(setup, &name) {
        Ok(live_key) => live_key,
        Err(_) if force => None,
        Err(fault) => return Err(fault),
    };
    if !force {
        if let Some(key) = live_key {
            return Err(Fault::failure(format!("The context {name} holds the key {key}."))
                .note(format!("End it first with: flui auth logout --context {name}"))
                .note("Or delete the context with --force: the key then stays live."));
        }
        if is_active {
            return Err(Fault::failure(format!("The context {name} is the active one."))
                .note("Choose another with flui context use NAME, or delete it with --force."));
        }
    }
    setup.home.delete(&name)?;
    if is_active {
        setup.home.clear_active()?;
    }
    setup.printer.words(format_args!("The context {name} is deleted."));
    if let Some(key) = live_key {
        setup.printer.warn(format_args!(
            "its key {key} is still live: revoke it on the dashboard's Keys page"
        ));
    }
    Ok(())
}

/// The key that the context holds, with all that helps to find it again.
fn live_key(setup: &Setup, name: &ContextName) -> Result<Option<String>, Fault> {
    let profile = setup.home.profile(name)?;
    let Some(key) = profile.key()? else { return Ok(None) };
    let id = profile.key_id()?.map(|id| format!(", id {id}")).unwrap_or_default();
    let end = profile
        .key_expires_at()?
        .map(|end| format!(", until {}", end.to_date()));
    Ok(Some(format!(
        "{}{id}{}",
        profile.key_label(&key)?,
        end.unwrap_or_default()
    )))
}
