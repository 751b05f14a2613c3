use flui_identity::audit::{Action, EventFilter, Outcome, since};
use flui_model::PersonId;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use url::form_urlencoded;

use crate::{parts::action_words, ui::choice};

const OUTCOMES: [(Outcome, &str); 2] = [(Outcome::Done, "Done"), (Outcome::Refused, "Refused")];

/// What the address asks the log for. Words that mean nothing here are passed over.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters {
    pub(super) user: Option<PersonId>,
    action: Option<Action>,
    outcome: Option<Outcome>,
    /// A day or a time, as it was written.
    since: String,
    pub(super) before: Option<i64>,
}

impl Filters {
    pub(super) fn from_params(params: &ParamsMap) -> Self {
        let value = |name| params.get_str(name).unwrap_or_default();
        Self {
            user: value("user").parse().ok(),
            action: Action::ALL
                .into_iter()
                .find(|action| action.as_str() == value("action")),
            outcome: OUTCOMES
                .into_iter()
                .map(|(outcome, _)| outcome)
                .find(|outcome| outcome.as_str() == value("outcome")),
            since: Some(value("since"))
                .filter(|text| since(text).is_some())
                .unwrap_or_default()
                .to_owned(),
            before: value("before").parse().ok(),
        }
    }

    pub(super) fn wanted(&self) -> EventFilter {
        EventFilter {
            person: self.user,
            action: self.action.map(|action| action.as_str().to_owned()),
            outcome: self.outcome.map(|outcome| outcome.as_str().to_owned()),
            since: since(&self.since),
            about: None,
        }
    }

    pub(super) fn is_narrow(&self) -> bool {
        self.user.is_some() || self.action.is_some() || self.outcome.is_some() || !self.since.is_empty()
    }

    /// The same rows at another path, from another row on.
    pub(super) fn link(&self, path: &str, before: Option<i64>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let user = self.user.map(|id| id.to_string()).unwrap_or_default();
        let before = before.map(|seq| seq.to_string()).unwrap_or_default();
        let pairs = [
            ("user", user.as_str()),
            ("action", self.action.map_or("", Action::as_str)),
            ("outcome", self.outcome.map_or("", Outcome::as_str)),
            ("since", &self.since),
            ("before", &before),
        ];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// The form. `who` is the name of the person that the rows are narrowed to.
    pub(super) fn form(&self, who: Option<String>) -> AnyView {
        let action = self.action.map_or("", Action::as_str);
        let outcome = self.outcome.map_or("", Outcome::as_str);
        let actions = Action::ALL.map(|other| choice(other.as_str(), action_words(other.as_str()), action));
        let outcomes = OUTCOMES.map(|(other, label)| choice(other.as_str(), label, outcome));
        // An input for days shows no time of day.
        let day: String = self.since.chars().take(10).collect();
        let who = self.user.zip(who).map(|(user, name)| {
            let everybody = Self {
                user: None,
                before: None,
                ..self.clone()
            };
            view! {
                <input type="hidden" name="user" value=user.to_string()/>
                <p class="filter-note">
                    "Only " <strong>{name}</strong> ". "
                    <a href=everybody.link("/audit", None)>"Show everybody"</a>
                </p>
            }
        });
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
                <label>
                    <span>"Since (UTC)"</span>
                    <input type="date" name="since" value=day/>
                </label>
                <button class="button">"Filter"</button>
                {self.is_narrow().then(|| view! { <a href="/audit">"Show all"</a> })}
                {who}
            </form>
        }
        .into_any()
    }
}
