use flui_identity::sign_ins::ListKeys;
use flui_model::{Kind, api_keys::KeyState};
use leptos::prelude::*;

use crate::{
    islands::TableFilter,
    ui::{Query, address, filter_choice, filter_form, filter_text},
};

const ROWS: u32 = 50;

/// What the address asks the list of keys for. Words that mean nothing here are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyFilters {
    pub(super) text: String,
    pub(super) kind: Option<Kind>,
    pub(super) state: Option<KeyState>,
    pub(super) cursor: Option<String>,
}

const STATES: [KeyState; 4] = [KeyState::Live, KeyState::Paused, KeyState::Expired, KeyState::Ended];

const fn state_label(state: KeyState) -> &'static str {
    match state {
        KeyState::Live => "Live",
        KeyState::Paused => "Paused",
        KeyState::Expired => "Expired",
        KeyState::Ended => "Revoked",
    }
}

impl KeyFilters {
    pub(super) fn from_query(query: &Query) -> Self {
        Self {
            text: query.get("text").to_owned(),
            kind: query.get("kind").parse().ok().filter(|kind: &Kind| kind.is_key()),
            state: STATES.into_iter().find(|state| state.as_str() == query.get("state")),
            cursor: query.filled("cursor"),
        }
    }

    /// Whether the list leaves anything out.
    pub(super) fn is_narrow(&self) -> bool {
        !self.text.is_empty() || self.kind.is_some() || self.state.is_some()
    }

    pub(super) fn wanted(&self) -> ListKeys {
        ListKeys {
            kinds: self.kind.into_iter().collect(),
            state: self.state,
            text: Some(self.text.clone()),
            cursor: self.cursor.clone(),
            limit: ROWS,
            ..ListKeys::default()
        }
    }

    /// The address of the same list from another row on.
    pub(super) fn link(&self, cursor: Option<&str>) -> String {
        let pairs = [
            ("text", self.text.as_str()),
            ("kind", self.kind.map_or("", Kind::as_str)),
            ("state", self.state.map_or("", KeyState::as_str)),
            ("cursor", cursor.unwrap_or_default()),
        ];
        address("/keys", &pairs)
    }

    pub(super) fn form(&self) -> AnyView {
        let kind = self.kind.map_or("", Kind::as_str);
        let state = self.state.map_or("", KeyState::as_str);
        let kinds = Kind::KEYS.map(|kind| (kind.as_str(), kind.label()));
        let states = STATES.map(|state| (state.as_str(), state_label(state)));
        let fields = view! {
            {filter_text("Text", &self.text)}
            {filter_choice("Kind", "kind", "All", kinds, kind)}
            {filter_choice("State", "state", "All", states, state)}
        };
        let more = view! { <TableFilter/> };
        filter_form(
            "/keys",
            "Filter keys",
            self.is_narrow(),
            fields.into_any(),
            more.into_any(),
        )
    }
}
