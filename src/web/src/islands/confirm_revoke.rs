use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;

/// Asks in a dialog what the confirm page asks without script. Once on each page with links that carry `data-confirm`, the
/// sentence to show under their label, empty where their row tells the last use; they lead to the confirm page by themselves.
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
                set_sentence.set(last_use(&link).filter(|_| sentence.is_empty()).unwrap_or(sentence));
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

/// What the link's row says of the last use: `Last used: 3 days ago from 203.0.113.7.` With this in each link the page would
/// grow by a twentieth.
fn last_use(link: &HtmlAnchorElement) -> Option<String> {
    let row = link.closest("tr").ok().flatten()?;
    let cell = row.query_selector("[data-label='Last used']").ok().flatten()?;
    let parts = cell.query_selector_all("time, span").ok()?;
    let words: Vec<String> = (0..parts.length())
        .filter_map(|index| parts.item(index)?.text_content())
        .collect();
    Some(format!("Last used: {}.", words.join(" ")))
}
