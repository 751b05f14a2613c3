//! `flui auth logout`: ends this machine's key at the dashboard, then forgets it.

use flui_client::{Client, Error};
use flui_model::SignInId;

use crate::{
    exit::Fault,
    profile::Profile,
    setup::{self, Setup},
};

/// Revokes first and forgets then: a key that is still live is never lost from sight.
pub(crate) async fn run(setup: &Setup) -> Result<(), Fault> {
    let printer = setup.printer;
    let mut profile = setup.profile()?;
    if setup::env_key()?.is_some() {
        printer.warn("FLUI_API_KEY is set; the key in it is not touched");
    }
    let Some(key) = profile.key()? else {
        printer.words(format_args!("Context {} holds no key: nothing to end.", profile.name()));
        return Ok(());
    };
    let label = profile.key_label(&key)?;
    let api = setup::client(&profile)?.with_key(key);
    let ended_now = match end(&api, profile.key_id()?).await.map_err(Fault::from) {
        Ok(()) => true,
        Err(fault) if fault.says_key_is_dead() => false,
        Err(fault) => return Err(still_live(&api, &profile, &label, fault)?),
    };
    profile.forget_key();
    setup.home.save(&profile)?;
    if ended_now {
        printer.words(format_args!(
            "Signed out: the key {label} is revoked and removed from context {}.",
            profile.name()
        ));
    } else {
        printer.words(format_args!(
            "The key {label} had ended already; it is removed from context {}.",
            profile.name()
        ));
    }
    Ok(())
}

async fn end(api: &Client, id: Option<SignInId>) -> Result<(), Error> {
    let id = match id {
        Some(id) => id,
        None => api.me().await?.sign_in.id,
    };
    api.revoke_key(id).await
}

fn still_live(api: &Client, profile: &Profile, label: &str, fault: Fault) -> Result<Fault, Fault> {
    let id = profile.key_id()?.map(|id| format!(", id {id},")).unwrap_or_default();
    let until = match profile.key_expires_at()? {
        Some(end) => format!("still live until {}", end.to_date()),
        None => "still live".to_owned(),
    };
    Ok(fault
        .note(format!(
            "The key {label}{id} is {until}; it stays saved in context {}.",
            profile.name()
        ))
        .note(format!("Try again, or revoke it at {}", api.base().at("/keys"))))
}
