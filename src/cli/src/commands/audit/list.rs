//! `flui audit list`: own events, everybody's for an admin; newest first.

use std::time::Duration;

use flui_model::{
    Timestamp,
    audit::{AuditEventView, ListEvents},
};
use serde_json::json;

use crate::{
    args::{self, Since},
    exit::Fault,
    setup::{self, Setup},
    system,
};

/// Lists the events.
pub(crate) async fn run(setup: &Setup, args: args::ListEvents) -> Result<(), Fault> {
    let query = ListEvents {
        action: args.action,
        since: args.since.map(|since| moment(since).to_string()),
        ..ListEvents::default()
    };
    let profile = setup.profile()?;
    let events = setup::api(&profile)?.events(query, args.limit).await?;
    if setup.printer.is_json() {
        return setup.printer.json(&json!({ "items": events }));
    }
    if events.is_empty() {
        setup.printer.words("No events fit.");
        return Ok(());
    }
    let rows: Vec<_> = events.into_iter().map(row).collect();
    setup
        .printer
        .table(&["WHEN", "WHO", "ACTION", "WHICH", "FROM", "OUTCOME"], &rows)
}

fn moment(since: Since) -> Timestamp {
    match since {
        Since::Ago(seconds) => system::now() - Duration::from_secs(seconds),
        Since::At(at) => at,
    }
}

fn row(event: AuditEventView) -> Vec<String> {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let outcome = match event.reason {
        Some(reason) => format!("{} ({reason})", event.outcome),
        None => event.outcome,
    };
    vec![
        event.at.to_minute(),
        or_dash(event.actor_name),
        event.action,
        or_dash(event.object_name.or(event.object)),
        or_dash(event.address.map(|address| address.to_string())),
        outcome,
    ]
}
