//! `flui keys rotate`: a new secret for a key, shown this once.

use flui_model::api_keys::RotateApiKey;

use super::revoke::find;
use crate::{
    args::RotateKey,
    exit::Fault,
    setup::{self, Setup},
    words,
};

/// Rotates the key. The new secret alone goes to stdout; this machine's own key is saved instead, where it belongs.
pub(crate) async fn run(setup: &Setup, args: RotateKey) -> Result<(), Fault> {
    let printer = setup.printer;
    let mut profile = setup.profile()?;
    let api = setup::api(&profile)?;
    let keys = api.keys(false).await?;
    let id = find(&keys, &args.key)?;
    let wanted = RotateApiKey {
        overlap_seconds: args.overlap,
    };
    let rotated = api.rotate_key(id, &wanted).await?;
    let is_saved = profile.key_id()? == Some(id);
    if is_saved {
        profile.hold_key(&rotated);
        setup.home.save(&profile).map_err(|fault| {
            fault.note(
                "The new secret could not be saved and is lost; the old one is good for the overlap: rotate again.",
            )
        })?;
    }
    if printer.is_json() {
        return printer.json(&rotated);
    }
    let old = match rotated.old_secret_until {
        Some(until) => format!(
            "The old secret ends at {}, or when the new one is first used.",
            until.to_minute()
        ),
        None => "The old secret opens nothing any more.".to_owned(),
    };
    let name = words::printable(&rotated.name);
    if is_saved {
        printer.words(format_args!(
            "The key \"{name}\" has a new secret, which is saved in context {}. {old}",
            profile.name()
        ));
        return Ok(());
    }
    printer.words(format_args!(
        "The key \"{name}\" has a new secret. {old} Keep it now: it is shown this once."
    ));
    printer.data(words::printable(&rotated.key))
}
