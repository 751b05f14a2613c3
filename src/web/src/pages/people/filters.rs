use flui_identity::people::ListPeople;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use url::form_urlencoded;

use crate::ui::choice;

const ROWS: u32 = 50;
const DISABLED: &str = "disabled";
const ACTIVE: &str = "active";

/// What the address asks the list of people for. Words that mean nothing here are passed over.
#[derive(Clone, Debug, Default)]
pub(super) struct PeopleFilters {
    text: String,
    disabled: Option<bool>,
    pub(super) cursor: Option<String>,
}

impl PeopleFilters {
    pub(super) fn from_params(params: &ParamsMap) -> Self {
        let value = |name| params.get_str(name).unwrap_or_default();
        Self {
            text: value("text").to_owned(),
            disabled: match value("access") {
                DISABLED => Some(true),
                ACTIVE => Some(false),
                _ => None,
            },
            cursor: Some(value("cursor").to_owned()).filter(|cursor| !cursor.is_empty()),
        }
    }

    pub(super) fn is_narrow(&self) -> bool {
        !self.text.is_empty() || self.disabled.is_some()
    }

    pub(super) fn wanted(&self) -> ListPeople {
        ListPeople {
            text: Some(self.text.clone()),
            disabled: self.disabled,
            cursor: self.cursor.clone(),
            limit: ROWS,
        }
    }

    fn access(&self) -> &'static str {
        match self.disabled {
            Some(true) => DISABLED,
            Some(false) => ACTIVE,
            None => "",
        }
    }

    /// The address of the same list from another row on.
    pub(super) fn link(&self, cursor: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("text", self.text.as_str()),
            ("access", self.access()),
            ("cursor", cursor.unwrap_or_default()),
        ];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("/people?{}", query.finish())
    }

    pub(super) fn form(&self) -> AnyView {
        let access = self.access();
        view! {
            <form method="get" action="/people" class="filters" role="search" aria-label="Filter people">
                <label>
                    <span>"Text"</span>
                    <input type="search" name="text" value=self.text.clone() autocomplete="off"/>
                </label>
                <label>
                    <span>"Access"</span>
                    <select name="access">
                        {choice("", "All", access)}
                        {choice(ACTIVE, "Active", access)}
                        {choice(DISABLED, "Disabled", access)}
                    </select>
                </label>
                <button class="button">"Filter"</button>
                {self.is_narrow().then(|| view! { <a href="/people">"Show all"</a> })}
            </form>
        }
        .into_any()
    }
}
