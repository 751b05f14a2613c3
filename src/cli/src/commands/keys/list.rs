//! `flui keys list`: own keys, or everybody's.

use flui_model::{Timestamp, api_keys::ApiKeyView};
use serde_json::json;

use crate::{
    args::ListKeys,
    exit::Fault,
    setup::{self, Setup},
};

/// Lists the keys with all that tells them apart.
pub(crate) async fn run(setup: &Setup, args: &ListKeys) -> Result<(), Fault> {
    let profile = setup.profile()?;
    let keys = setup::api(&profile)?.keys(args.all).await?;
    if setup.printer.is_json() {
        return setup.printer.json(&json!({ "items": keys }));
    }
    if keys.is_empty() {
        setup
            .printer
            .words("There are no keys. Make one with: flui keys create NAME --scope apps:look");
        return Ok(());
    }
    let mut header = vec!["NAME", "KIND", "STATE", "PREFIX", "LAST USED", "EXPIRES", "ID"];
    if args.all {
        header.insert(0, "PERSON");
    }
    let rows: Vec<_> = keys.iter().map(|key| row(key, args.all)).collect();
    setup.printer.table(&header, &rows)
}

fn row(key: &ApiKeyView, with_person: bool) -> Vec<String> {
    let name = if key.current {
        format!("{} (this)", key.name)
    } else {
        key.name.clone()
    };
    let mut cells = vec![
        name,
        key.kind.label().to_owned(),
        key.state.as_str().to_owned(),
        format!("{}…{}", key.prefix, key.last_four),
        key.last_used_at
            .map_or_else(|| "never".to_owned(), Timestamp::to_minute),
        key.expires_at.to_date(),
        key.id.to_string(),
    ];
    if with_person {
        cells.insert(0, key.person.name.clone());
    }
    cells
}
