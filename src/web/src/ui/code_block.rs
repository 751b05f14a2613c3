use leptos::prelude::*;

use crate::islands::CopyButton;

/// Lines to paste somewhere, with their name and a button that copies them.
pub(crate) fn code_block(id: &'static str, name: &'static str, code: String) -> AnyView {
    view! {
        <figure class="code">
            <figcaption>
                <span>{name}</span>
                <CopyButton from=id.to_owned() what=name.to_owned()/>
            </figcaption>
            // Scrolls sideways, so the keyboard must reach it.
            <pre tabindex="0" role="group" aria-label=name><code id=id>{code}</code></pre>
        </figure>
    }
    .into_any()
}
