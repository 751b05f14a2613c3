use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

/// Copies the text of another element. It knows the element's id alone, so that a secret stands once in the document.
#[expect(clippy::needless_pass_by_value, reason = "an island owns its props")]
#[island]
pub fn CopyButton(
    /// The id of the element whose text is copied.
    from: String,
    /// What is copied, for the button's name: `Copy key`.
    what: String,
) -> impl IntoView {
    let (said, say) = signal("");
    let copy = move |_| {
        // Browsers hand out the clipboard on https and loopback only.
        let text = document()
            .get_element_by_id(&from)
            .and_then(|element| element.text_content())
            .filter(|_| window().is_secure_context());
        let Some(text) = text else {
            say.set("Select the text and copy it by hand");
            return;
        };
        spawn_local(async move {
            let copied = JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
            say.set(if copied.is_ok() {
                "Copied"
            } else {
                "The browser refused: copy it by hand"
            });
            set_timeout(move || say.set(""), Duration::from_secs(4));
        });
    };
    view! {
        <span class="copy">
            <span class="copy-said" role="status">{said}</span>
            <button type="button" class="button button-small needs-script" on:click=copy>
                "Copy"<span class="visually-hidden">{format!(" {what}")}</span>
            </button>
        </span>
    }
}
