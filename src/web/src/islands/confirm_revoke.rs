use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlFormElement;

/// Asks in a dialog what the confirm page asks without script. Once on each page with forms that carry
/// `data-confirm-title` and `data-confirm`; they lead to the confirm page by themselves.
#[island]
pub fn ConfirmRevoke() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let (title, set_title) = signal(String::new());
    let (sentence, set_sentence) = signal(String::new());
    let (action, set_action) = signal(String::new());

    Effect::new(move |_| {
        window_event_listener(ev::submit, move |event| {
            let form = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
            let Some((form, dialog)) = form.zip(dialog.get_untracked()) else {
                return;
            };
            let asked = form
                .get_attribute("data-confirm-title")
                .zip(form.get_attribute("data-confirm"));
            if let Some((title, sentence)) = asked
                && dialog.show_modal().is_ok()
            {
                event.prevent_default();
                set_title.set(title);
                set_sentence.set(sentence);
                set_action.set(form.get_attribute("action").unwrap_or_default());
            }
        });
    });

    view! {
        <dialog node_ref=dialog class="dialog" aria-labelledby="confirm-title" aria-describedby="confirm-sentence">
            <h2 id="confirm-title">{title}</h2>
            <p id="confirm-sentence">{sentence}</p>
            <div class="dialog-acts">
                <form method="dialog">
                    <button class="button" autofocus=true>"Cancel"</button>
                </form>
                <form method="post" action=action>
                    <button class="button button-danger">"Revoke key"</button>
                </form>
            </div>
        </dialog>
    }
}
