//! `/api/v1/audit`: who did what to what.

use flui_identity::audit::{EventFilter, Outcome, since};
use flui_model::{FieldError, audit::ListEvents};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, failure::Failure};

mod csv;
mod export;
mod list;

pub(crate) use export::{Format, download};

/// The routes of this noun.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list))
}

/// The filter of the rules.
fn filter(query: &ListEvents) -> Result<EventFilter, Failure> {
    let fault = |field: &str, message: &str| {
        Failure::from(flui_identity::Error::Invalid(vec![FieldError::new(field, message)]))
    };
    let person = query.user.as_deref().map(str::parse).transpose();
    let since = query.since.as_deref().map(|text| since(text).ok_or(())).transpose();
    let known = |outcome: &&String| {
        [Outcome::Done, Outcome::Refused]
            .iter()
            .any(|known| known.as_str() == *outcome)
    };
    if query.outcome.as_ref().is_some_and(|outcome| !known(&outcome)) {
        return Err(fault("outcome", "Give done or refused, or leave it out."));
    }
    Ok(EventFilter {
        person: person.map_err(|_| fault("user", "Give a person's id."))?,
        action: query.action.clone(),
        outcome: query.outcome.clone(),
        since: since.map_err(|()| fault("since", "Give a time like 2026-11-24T14:33:00Z, or a day."))?,
        about: None,
    })
}
