use flui_model::SignInId;
use leptos::prelude::*;

use crate::ui::isolated;

/// The box that selects a row for an act on several; it belongs to the form with the id `selected`.
pub(crate) fn pick(id: SignInId, name: &str) -> impl IntoView + use<> {
    view! {
        <label class="pick">
            <input type="checkbox" name="id" value=id.to_string() form="selected" aria-label=format!("Select {}", isolated(name))/>
        </label>
    }
}
