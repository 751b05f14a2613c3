use flui_identity::estate::{EstateFilter, Risk};
use flui_model::{Kind, PersonId, api_keys::KeyState};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use url::form_urlencoded;

use crate::ui::choice;

/// The word in addresses for what is paused.
const PAUSED: &str = KeyState::Paused.as_str();

/// What the address asks the estate for. Words that mean nothing here are passed over.
#[derive(Clone, Debug, Default)]
pub(super) struct EstateFilters {
    pub(super) person: Option<PersonId>,
    text: String,
    kind: Option<Kind>,
    risk: Option<Risk>,
    paused: bool,
    pub(super) cursor: Option<String>,
}

impl EstateFilters {
    pub(super) fn from_params(params: &ParamsMap) -> Self {
        let value = |name| params.get_str(name).unwrap_or_default();
        Self {
            person: value("person").parse().ok(),
            text: value("text").to_owned(),
            kind: value("kind").parse().ok(),
            risk: Risk::from_word(value("risk")),
            paused: value("state") == PAUSED,
            cursor: Some(value("cursor").to_owned()).filter(|cursor| !cursor.is_empty()),
        }
    }

    pub(super) fn is_narrow(&self) -> bool {
        self.person.is_some() || !self.text.is_empty() || self.kind.is_some() || self.risk.is_some() || self.paused
    }

    pub(super) fn wanted(&self) -> EstateFilter {
        EstateFilter {
            person: self.person,
            kind: self.kind,
            text: Some(self.text.clone()),
            risk: self.risk,
            paused: self.paused,
        }
    }

    /// The address of the same list from another row on.
    pub(super) fn link(&self, cursor: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let person = self.person.map(|id| id.to_string()).unwrap_or_default();
        let pairs = [
            ("person", person.as_str()),
            ("text", self.text.as_str()),
            ("kind", self.kind.map_or("", Kind::as_str)),
            ("risk", self.risk.map_or("", Risk::as_str)),
            ("state", self.state()),
            ("cursor", cursor.unwrap_or_default()),
        ];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("/estate?{}", query.finish())
    }

    fn state(&self) -> &'static str {
        if self.paused { PAUSED } else { "" }
    }

    /// The form. `owner` is the name of the person that the rows are narrowed to.
    pub(super) fn form(&self, owner: Option<String>) -> AnyView {
        let kind = self.kind.map_or("", Kind::as_str);
        let risk = self.risk.map_or("", Risk::as_str);
        let kinds = Kind::ALL.map(|other| choice(other.as_str(), other.label(), kind));
        let risks = Risk::ALL.map(|other| choice(other.as_str(), other.label(), risk));
        let owner = self.person.zip(owner).map(|(person, name)| {
            view! {
                <input type="hidden" name="person" value=person.to_string()/>
                <p class="filter-note">"Only what " <strong>{name}</strong> " holds."</p>
            }
        });
        view! {
            <form method="get" action="/estate" class="filters" role="search" aria-label="Filter the estate">
                <label>
                    <span>"Name or owner"</span>
                    <input type="search" name="text" value=self.text.clone() autocomplete="off"/>
                </label>
                <label>
                    <span>"Kind"</span>
                    <select name="kind">{choice("", "All", kind)}{kinds.into_iter().collect_view()}</select>
                </label>
                <label>
                    <span>"Risk"</span>
                    <select name="risk">{choice("", "Any", risk)}{risks.into_iter().collect_view()}</select>
                </label>
                <label>
                    <span>"State"</span>
                    <select name="state">{choice("", "Any", self.state())}{choice(PAUSED, "Paused", self.state())}</select>
                </label>
                <button class="button">"Filter"</button>
                {self.is_narrow().then(|| view! { <a href="/estate">"Show all"</a> })}
                {owner}
            </form>
        }
        .into_any()
    }
}
