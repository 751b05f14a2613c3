//! `/api/v1/audit`: who did what to what.

use axum::{Router, routing::get};
use flui_identity::audit::{EventFilter, since};
use flui_model::FieldError;
use serde::Deserialize;

use crate::{app::App, failure::Failure};

mod csv;
mod export;
mod list;

pub(crate) use export::{Format, download};

/// The routes of this noun.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/api/v1/audit/events", get(list::list))
}

/// Which events are asked for. The same words in the API and in the addresses of the Audit page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListEvents {
    user: Option<String>,
    since: Option<String>,
    action: Option<String>,
    outcome: Option<String>,
    before: Option<i64>,
    limit: Option<u32>,
}

impl ListEvents {
    /// The filter of the rules.
    fn filter(&self) -> Result<EventFilter, Failure> {
        let fault = |field: &str, message: &str| {
            Failure::from(flui_identity::Error::Invalid(vec![FieldError::new(field, message)]))
        };
        let person = self.user.as_deref().map(str::parse).transpose();
        let since = self.since.as_deref().map(|text| since(text).ok_or(())).transpose();
        Ok(EventFilter {
            person: person.map_err(|_| fault("user", "Give a person's id."))?,
            action: self.action.clone(),
            outcome: self.outcome.clone(),
            since: since.map_err(|()| fault("since", "Give a time like 2026-11-24T14:33:00Z, or a day."))?,
            about: None,
        })
    }
}
