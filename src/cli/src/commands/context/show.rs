//! `flui context show`.

use serde_json::json;

use crate::{context_name::ContextName, exit::Fault, setup::Setup};

/// Shows one context, the selected one by default.
pub(crate) fn run(setup: &Setup, name: Option<&ContextName>) -> Result<(), Fault> {
    let name = match name {
        Some(name) => setup.home.find_context(name)?,
        None => setup.selected()?,
    };
    let profile = setup.home.profile(&name)?;
    let is_active = setup.home.active()?.is_some_and(|active| active.is_same(&name));
    let api_url = profile.api_url()?;
    let key = profile.key()?;
    let expires_at = profile.key_expires_at()?;
    if setup.printer.is_json() {
        return setup.printer.json(&json!({
            "name": name.as_str(),
            "apiUrl": api_url.as_str(),
            "active": is_active,
            "hasKey": key.is_some(),
            "keyExpiresAt": expires_at,
            "file": profile.path(),
        }));
    }
    let mut pairs = vec![
        ("Name", name.to_string()),
        ("Active", if is_active { "yes" } else { "no" }.to_owned()),
        ("Address", api_url.to_string()),
        (
            "Key",
            key.map_or_else(|| Ok("none".to_owned()), |key| profile.key_label(&key))?,
        ),
    ];
    if let Some(person) = profile.person() {
        pairs.push(("Person", person));
    }
    if let Some(end) = expires_at {
        pairs.push(("Expires", end.to_date()));
    }
    pairs.push(("File", profile.path().display().to_string()));
    setup.printer.pairs(&pairs)
}
