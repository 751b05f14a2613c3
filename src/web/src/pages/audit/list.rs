use flui_identity::{
    Error,
    audit::{Action, EventFilter, Outcome},
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use url::form_urlencoded;

use crate::{
    PageContext,
    parts::{Head, Place, action_words, event_table, frame, page},
    ui::{choice, empty, pager},
};

const ROWS: u32 = 50;
const OUTCOMES: [(Outcome, &str); 2] = [(Outcome::Done, "Done"), (Outcome::Refused, "Refused")];

/// What the address asks the log for. Words that mean nothing here are passed over.
#[derive(Clone, Copy, Debug, Default)]
struct Filters {
    action: Option<Action>,
    outcome: Option<Outcome>,
    before: Option<i64>,
}

/// `/audit`: one's own rows, everybody's for an admin; newest first.
pub(crate) fn list() -> AnyView {
    let filters = Filters::from_params(&use_query_map().get_untracked());
    page(move |page| load(page, filters))
}

async fn load(page: PageContext, filters: Filters) -> Result<AnyView, Error> {
    let admin = page.caller.signed_in()?.is_admin();
    let wanted = EventFilter {
        action: filters.action.map(|action| action.as_str().to_owned()),
        outcome: filters.outcome.map(|outcome| outcome.as_str().to_owned()),
        ..EventFilter::default()
    };
    // One more than shown tells whether there are older ones.
    let mut events = page
        .identity
        .list_events(&page.caller, wanted, filters.before, ROWS + 1)
        .await?;
    let more = events.len() > ROWS as usize;
    events.truncate(ROWS as usize);
    let older = events.last().filter(|_| more).map(|last| filters.link(Some(last.seq)));
    let first = filters.before.map(|_| filters.link(None));

    let rows = if events.is_empty() {
        let step = view! { <a class="button" href="/audit">"Show all events"</a> };
        empty("No events", "Nothing in the log fits this filter.", step)
    } else {
        event_table("Audit events", events, page.now())
    };
    let body = view! {
        {filters.form()}
        {rows}
        {pager("Older events", first, older)}
    };
    let lead = if admin {
        "Who did what to what, from where. You see everybody's rows."
    } else {
        "Who did what to what is yours, from where."
    };
    Ok(frame(&page, Head::new(Place::Audit, "Audit log", lead), body))
}

impl Filters {
    fn from_params(params: &ParamsMap) -> Self {
        let value = |name| params.get_str(name).unwrap_or_default();
        Self {
            action: Action::ALL
                .into_iter()
                .find(|action| action.as_str() == value("action")),
            outcome: OUTCOMES
                .into_iter()
                .map(|(outcome, _)| outcome)
                .find(|outcome| outcome.as_str() == value("outcome")),
            before: value("before").parse().ok(),
        }
    }

    fn link(self, before: Option<i64>) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix(String::from("/audit?"), "/audit?".len());
        if let Some(action) = self.action {
            query.append_pair("action", action.as_str());
        }
        if let Some(outcome) = self.outcome {
            query.append_pair("outcome", outcome.as_str());
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        query.finish()
    }

    fn form(self) -> AnyView {
        let action = self.action.map_or("", Action::as_str);
        let outcome = self.outcome.map_or("", Outcome::as_str);
        let actions = Action::ALL.map(|other| choice(other.as_str(), action_words(other.as_str()), action));
        let outcomes = OUTCOMES.map(|(other, label)| choice(other.as_str(), label, outcome));
        view! {
            <form method="get" action="/audit" class="filters" role="search" aria-label="Filter events">
                <label>
                    <span>"Action"</span>
                    <select name="action">{choice("", "All", action)}{actions.into_iter().collect_view()}</select>
                </label>
                <label>
                    <span>"Outcome"</span>
                    <select name="outcome">{choice("", "All", outcome)}{outcomes.into_iter().collect_view()}</select>
                </label>
                <button class="button">"Filter"</button>
            </form>
        }
        .into_any()
    }
}
