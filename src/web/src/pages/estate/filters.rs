use flui_identity::estate::{EstateFilter, Risk};
use flui_model::{Kind, PersonId, api_keys::KeyState};
use leptos::prelude::*;

use crate::ui::{Query, address, filter_choice, filter_form, filter_text};

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
    pub(super) fn from_query(query: &Query) -> Self {
        Self {
            person: query.get("person").parse().ok(),
            text: query.get("text").to_owned(),
            kind: query.get("kind").parse().ok(),
            risk: Risk::from_word(query.get("risk")),
            paused: query.get("state") == PAUSED,
            cursor: query.filled("cursor"),
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
        let person = self.person.map(|id| id.to_string()).unwrap_or_default();
        let pairs = [
            ("person", person.as_str()),
            ("text", self.text.as_str()),
            ("kind", self.kind.map_or("", Kind::as_str)),
            ("risk", self.risk.map_or("", Risk::as_str)),
            ("state", self.state()),
            ("cursor", cursor.unwrap_or_default()),
        ];
        address("/estate", &pairs)
    }

    fn state(&self) -> &'static str {
        if self.paused { PAUSED } else { "" }
    }

    /// The form. `owner` is the name of the person that the rows are narrowed to.
    pub(super) fn form(&self, owner: Option<String>) -> AnyView {
        let kind = self.kind.map_or("", Kind::as_str);
        let risk = self.risk.map_or("", Risk::as_str);
        let kinds = Kind::ALL.map(|kind| (kind.as_str(), kind.label()));
        let risks = Risk::ALL.map(|risk| (risk.as_str(), risk.label()));
        let fields = view! {
            {filter_text("Name or owner", &self.text)}
            {filter_choice("Kind", "kind", "All", kinds, kind)}
            {filter_choice("Risk", "risk", "Any", risks, risk)}
            {filter_choice("State", "state", "Any", [(PAUSED, "Paused")], self.state())}
        };
        let owner = self.person.zip(owner).map(|(person, name)| {
            view! {
                <input type="hidden" name="person" value=person.to_string()/>
                <p class="filter-note">"Only what " <strong>{name}</strong> " holds."</p>
            }
        });
        let narrow = self.is_narrow();
        filter_form(
            "/estate",
            "Filter the estate",
            narrow,
            fields.into_any(),
            owner.into_any(),
        )
    }
}
