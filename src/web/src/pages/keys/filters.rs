use flui_identity::sign_ins::ListKeys;
use flui_model::{Kind, api_keys::KeyState};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use url::form_urlencoded;

use crate::{islands::TableFilter, ui::choice};

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
    pub(super) fn from_params(params: &ParamsMap) -> Self {
        let value = |name| params.get_str(name).unwrap_or_default();
        Self {
            text: value("text").to_owned(),
            kind: value("kind").parse().ok().filter(|kind: &Kind| kind.is_key()),
            state: STATES.into_iter().find(|state| state.as_str() == value("state")),
            cursor: Some(value("cursor").to_owned()).filter(|cursor| !cursor.is_empty()),
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
        let mut query = form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("text", self.text.as_str()),
            ("kind", self.kind.map_or("", Kind::as_str)),
            ("state", self.state.map_or("", KeyState::as_str)),
            ("cursor", cursor.unwrap_or_default()),
        ];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() {
            "/keys".to_owned()
        } else {
            format!("/keys?{query}")
        }
    }

    pub(super) fn form(&self) -> AnyView {
        let kind = self.kind.map_or("", Kind::as_str);
        let state = self.state.map_or("", KeyState::as_str);
        let kinds = Kind::KEYS.map(|other| choice(other.as_str(), other.label(), kind));
        let states = STATES.map(|other| choice(other.as_str(), state_label(other), state));
        view! {
            <form method="get" action="/keys" class="filters" role="search" aria-label="Filter keys">
                <label>
                    <span>"Text"</span>
                    <input type="search" name="text" value=self.text.clone() autocomplete="off"/>
                </label>
                <label>
                    <span>"Kind"</span>
                    <select name="kind">{choice("", "All", kind)}{kinds.into_iter().collect_view()}</select>
                </label>
                <label>
                    <span>"State"</span>
                    <select name="state">{choice("", "All", state)}{states.into_iter().collect_view()}</select>
                </label>
                <button class="button">"Filter"</button>
                <TableFilter/>
                {self.is_narrow().then(|| view! { <a href="/keys">"Show all"</a> })}
            </form>
        }
        .into_any()
    }
}
