use flui_identity::people::ListPeople;
use leptos::prelude::*;

use crate::ui::{Query, address, filter_choice, filter_form, filter_text};

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
    pub(super) fn from_query(query: &Query) -> Self {
        Self {
            text: query.get("text").to_owned(),
            disabled: match query.get("access") {
                DISABLED => Some(true),
                ACTIVE => Some(false),
                _ => None,
            },
            cursor: query.filled("cursor"),
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
        let pairs = [
            ("text", self.text.as_str()),
            ("access", self.access()),
            ("cursor", cursor.unwrap_or_default()),
        ];
        address("/people", &pairs)
    }

    pub(super) fn form(&self) -> AnyView {
        let accesses = [(ACTIVE, "Active"), (DISABLED, "Disabled")];
        let fields = view! {
            {filter_text("Text", &self.text)}
            {filter_choice("Access", "access", "All", accesses, self.access())}
        };
        filter_form(
            "/people",
            "Filter people",
            self.is_narrow(),
            fields.into_any(),
            ().into_any(),
        )
    }
}
