//! `flui config show`.

use serde_json::json;

use crate::{
    exit::Fault,
    profile::Setting,
    setup::{self, Setup},
};

/// Shows all that the context's file holds. Of the key its beginning, of unknown fields their names: they may be secret.
pub(crate) fn run(setup: &Setup) -> Result<(), Fault> {
    let profile = setup.profile()?;
    let api_url = profile.setting(Setting::ApiUrl)?;
    let output = profile.setting(Setting::Output)?;
    let key = profile.key()?.map(|key| key.to_string());
    let key_id = profile.key_id()?.map(|id| id.to_string());
    let expires_at = profile.key_expires_at()?.map(|end| end.to_string());
    let others = profile.other_fields();
    if setup.printer.is_json() {
        return setup.printer.json(&json!({
            "context": profile.name().as_str(),
            "file": profile.path(),
            "apiUrl": api_url,
            "output": output,
            "apiKey": key,
            "keyId": key_id,
            "keyName": profile.key_name()?,
            "keyExpiresAt": expires_at,
            "person": profile.person(),
            "otherFields": others,
        }));
    }
    let mut pairs = vec![
        ("context", profile.name().to_string()),
        ("file", profile.path().display().to_string()),
    ];
    let fields = [
        ("apiUrl", api_url.map(str::to_owned)),
        ("output", output.map(str::to_owned)),
        ("apiKey", key),
        ("keyId", key_id),
        ("keyName", profile.key_name()?.map(str::to_owned)),
        ("keyExpiresAt", expires_at),
        ("person", profile.person()),
        ("other fields", (!others.is_empty()).then(|| others.join(", "))),
    ];
    pairs.extend(fields.into_iter().filter_map(|(label, value)| Some((label, value?))));
    setup.printer.pairs(&pairs)?;
    if setup::env_key()?.is_some() {
        setup.printer.warn("FLUI_API_KEY is set and goes before the saved key");
    }
    Ok(())
}
