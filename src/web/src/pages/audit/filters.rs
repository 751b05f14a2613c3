use flui_identity::audit::{Action, EventFilter, Outcome, since};
use flui_model::PersonId;
use leptos::prelude::*;

use crate::{
    parts::action_words,
    ui::{Query, address, filter_choice, filter_form},
};

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
    pub(super) fn from_query(query: &Query) -> Self {
        Self {
            user: query.get("user").parse().ok(),
            action: Action::ALL
                .into_iter()
                .find(|action| action.as_str() == query.get("action")),
            outcome: OUTCOMES
                .into_iter()
                .map(|(outcome, _)| outcome)
                .find(|outcome| outcome.as_str() == query.get("outcome")),
            since: Some(query.get("since"))
                .filter(|text| since(text).is_some())
                .unwrap_or_default()
                .to_owned(),
            before: query.get("before").parse().ok(),
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
        let user = self.user.map(|id| id.to_string()).unwrap_or_default();
        let before = before.map(|seq| seq.to_string()).unwrap_or_default();
        let pairs = [
            ("user", user.as_str()),
            ("action", self.action.map_or("", Action::as_str)),
            ("outcome", self.outcome.map_or("", Outcome::as_str)),
            ("since", &self.since),
            ("before", &before),
        ];
        address(path, &pairs)
    }

    /// The form. `who` is the name of the person that the rows are narrowed to.
    pub(super) fn form(&self, who: Option<String>) -> AnyView {
        let action = self.action.map_or("", Action::as_str);
        let outcome = self.outcome.map_or("", Outcome::as_str);
        let actions = Action::ALL.map(|action| (action.as_str(), action_words(action.as_str())));
        let outcomes = OUTCOMES.map(|(outcome, label)| (outcome.as_str(), label));
        // An input for days shows no time of day.
        let day: String = self.since.chars().take(10).collect();
        let fields = view! {
            {filter_choice("Action", "action", "All", actions, action)}
            {filter_choice("Outcome", "outcome", "All", outcomes, outcome)}
            <label>
                <span>"Since (UTC)"</span>
                <input type="date" name="since" value=day/>
            </label>
        };
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
        filter_form(
            "/audit",
            "Filter events",
            self.is_narrow(),
            fields.into_any(),
            who.into_any(),
        )
    }
}
