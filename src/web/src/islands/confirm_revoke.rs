use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;

/// Asks in a dialog what the confirm page asks without script. Once on each page with links that carry `data-confirm`, the
/// sentence to show under their label; they lead to the confirm page by themselves.
#[island]
pub fn ConfirmRevoke() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let (act, set_act) = signal(String::new());
    let (sentence, set_sentence) = signal(String::new());
    let (action, set_action) = signal(String::new());

    Effect::new(move |_| {
        window_event_listener(ev::click, move |event| {
            // A link may be opened elsewhere, as any other.
            if event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() {
                return;
            }
            let link = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlAnchorElement>().ok());
            let Some((link, dialog)) = link.zip(dialog.get_untracked()) else {
                return;
            };
            if let Some(sentence) = link.get_attribute("data-confirm")
                && dialog.show_modal().is_ok()
            {
                event.prevent_default();
                set_act.set(link.get_attribute("aria-label").unwrap_or_default());
                set_sentence.set(sentence);
                set_action.set(link.get_attribute("href").unwrap_or_default());
            }
        });
    });

    view! {
        <dialog node_ref=dialog class="dialog" aria-labelledby="confirm-title" aria-describedby="confirm-sentence">
            <h2 id="confirm-title">{act}"?"</h2>
            <div id="confirm-sentence">
                <p>{sentence}</p>
                <p>"Whatever uses it stops working at once, and it cannot be brought back."</p>
            </div>
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
