//! `flui context list`.

use serde_json::json;

use crate::{exit::Fault, setup::Setup};

/// Lists the contexts; the active one is marked.
pub(crate) fn run(setup: &Setup) -> Result<(), Fault> {
    let printer = setup.printer;
    let active = setup.home.active()?;
    let mut items = Vec::new();
    let mut rows = Vec::new();
    for name in setup.home.contexts()? {
        let is_active = active.as_ref().is_some_and(|active| active.is_same(&name));
        let profile = setup.home.profile(&name)?;
        let api_url = profile.api_url()?;
        let has_key = profile.key()?.is_some();
        let person = profile.person();
        items.push(json!({
            "name": name.as_str(), "apiUrl": api_url.as_str(), "active": is_active, "hasKey": has_key,
        }));
        let key = match person {
            Some(person) if has_key => format!("of {person}"),
            _ if has_key => "yes".to_owned(),
            _ => "no".to_owned(),
        };
        let mark = if is_active { "*" } else { "" };
        rows.push(vec![mark.to_owned(), name.to_string(), api_url.to_string(), key]);
    }
    if printer.is_json() {
        return printer.json(&json!({ "items": items }));
    }
    if rows.is_empty() {
        printer.words("There is no context yet. Create one: flui context create NAME --api-url https://…");
        return Ok(());
    }
    printer.table(&["", "NAME", "ADDRESS", "KEY"], &rows)
}
