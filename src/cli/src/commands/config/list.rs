//! `flui config list`.

use clap::ValueEnum;
use serde_json::json;

use crate::{exit::Fault, profile::Setting, setup::Setup};

/// Lists the settings with their values and meaning.
pub(crate) fn run(setup: &Setup) -> Result<(), Fault> {
    let profile = setup.profile()?;
    let mut items = Vec::new();
    let mut rows = Vec::new();
    for setting in Setting::value_variants() {
        let (key, meaning) = (setting.as_str(), setting.meaning());
        let value = profile.setting(*setting)?;
        items.push(json!({ "key": key, "value": value, "meaning": meaning }));
        rows.push(vec![
            key.to_owned(),
            value.unwrap_or("-").to_owned(),
            meaning.to_owned(),
        ]);
    }
    if setup.printer.is_json() {
        setup.printer.json(&json!({ "items": items }))
    } else {
        setup.printer.table(&["SETTING", "VALUE", "MEANING"], &rows)
    }
}
