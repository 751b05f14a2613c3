use leptos::prelude::*;

use super::icons;

/// The mark and the word.
pub(crate) fn brand() -> AnyView {
    view! {
        <a class="brand" href="/">
            {icons::mark()}
            <span>"Flui"</span>
        </a>
    }
    .into_any()
}
