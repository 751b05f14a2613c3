//! `flui keys revoke`: ends a key for good.

use flui_model::{SignInId, api_keys::ApiKeyView};
use serde_json::json;

use crate::{
    args::RevokeKey,
    exit::Fault,
    setup::{self, Setup},
    words,
};

/// Finds the key, asks, and ends it.
pub(crate) async fn run(setup: &Setup, args: RevokeKey) -> Result<(), Fault> {
    let printer = setup.printer;
    if !args.yes && !printer.can_ask() {
        return Err(Fault::usage("Nobody is here to confirm.").note("Say --yes to revoke without being asked."));
    }
    let mut profile = setup.profile()?;
    let api = setup::api(&profile)?;
    let keys = api.keys(false).await?;
    let id = find(&keys, &args.key)?;
    let label = keys.iter().find(|key| key.id == id).map_or_else(
        || id.to_string(),
        |key| format!("\"{}\" ({id})", words::printable(&key.name)),
    );
    if !args.yes
        && !printer
            .ask(format!("Revoke the key {label}? It stops working at once."))
            .await?
    {
        return Err(Fault::failure("Nothing was revoked."));
    }
    api.revoke_key(id).await?;
    let was_saved = profile.key_id()? == Some(id);
    if was_saved {
        profile.forget_key();
        setup.home.save(&profile)?;
    }
    if printer.is_json() {
        return printer.json(&json!({ "revoked": id }));
    }
    printer.words(format_args!("The key {label} is revoked."));
    if was_saved {
        printer.words(format_args!(
            "It was this machine's: context {} is signed out.",
            profile.name()
        ));
    }
    Ok(())
}

/// The key of that id or name. An id may be another person's: then the dashboard decides.
pub(super) fn find(keys: &[ApiKeyView], wanted: &str) -> Result<SignInId, Fault> {
    if let Ok(id) = wanted.parse() {
        return Ok(id);
    }
    let named: Vec<_> = keys
        .iter()
        .filter(|key| !key.state.is_over() && key.name == wanted)
        .collect();
    match named.as_slice() {
        [key] => Ok(key.id),
        [] => Err(
            Fault::not_found(format!("You have no live key named \"{}\".", words::printable(wanted)))
                .note("See those that there are with: flui keys list"),
        ),
        several => {
            let mut fault = Fault::usage(format!(
                "{} live keys are named \"{}\": name one by its id.",
                several.len(),
                words::printable(wanted)
            ));
            for key in several {
                fault = fault.note(format!("{} {}, made {}", key.id, key.kind, key.created_at.to_minute()));
            }
            Err(fault)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exit::Exit;

    fn key(last: char, name: &str, state: &str) -> ApiKeyView {
        let id = format!("01890a5d-ac96-774b-bcce-b302099a805{last}");
        serde_json::from_value(json!({
            "id": id, "name": name, "kind": "ci", "prefix": "flui_ci_AbCd", "lastFour": "wxyz",
            "person": {
                "id": "01890a5d-ac96-774b-bcce-b302099a8050", "issuer": "https://id.example",
                "subject": "ada", "name": "Ada", "email": null,
            },
            "scopes": ["apps:look"], "unscoped": false, "contexts": [], "machine": null,
            "createdAt": "2026-11-24T14:33:00Z", "lastUsedAt": null, "lastUsedFrom": null,
            "expiresAt": "2027-11-24T14:33:00Z", "endedAt": null, "endReason": null,
            "state": state, "current": false,
        }))
        .unwrap()
    }

    #[test]
    fn a_name_means_the_one_live_key_of_that_name() {
        let keys = [
            key('1', "deploy", "ended"),
            key('2', "deploy", "live"),
            key('3', "x", "live"),
        ];
        assert_eq!(find(&keys, "deploy").unwrap(), keys[1].id);
    }

    #[test]
    fn a_name_of_no_live_key_is_not_found() {
        let keys = [key('1', "deploy", "ended"), key('2', "deploy", "expired")];
        assert_eq!(find(&keys, "deploy").unwrap_err().exit, Exit::NotFound);
        assert_eq!(find(&keys, "Deploy").unwrap_err().exit, Exit::NotFound);
    }

    #[test]
    fn a_name_of_several_live_keys_asks_for_an_id() {
        let keys = [key('1', "deploy", "live"), key('2', "deploy", "live")];
        let fault = find(&keys, "deploy").unwrap_err();
        assert_eq!(fault.exit, Exit::Usage);
        for (key, note) in keys.iter().zip(&fault.notes) {
            assert!(note.contains(&key.id.to_string()), "{note}");
        }
        assert_eq!(find(&keys, &keys[1].id.to_string()).unwrap(), keys[1].id);
    }
}
