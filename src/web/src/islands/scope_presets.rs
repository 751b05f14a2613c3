use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// Ticks the boxes of a preset on the spot. Without it the preset's button asks the server for the form with those boxes
/// ticked. Once on the form, whose buttons carry `data-scopes`.
#[island]
pub fn ScopePresets() -> impl IntoView {
    Effect::new(|_| {
        window_event_listener(ev::click, |event| {
            let scopes = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .and_then(|target| target.closest("button[data-scopes]").ok().flatten())
                .and_then(|button| button.get_attribute("data-scopes"));
            if let Some(scopes) = scopes {
                event.prevent_default();
                tick(&scopes);
            }
        });
    });
}

fn tick(scopes: &str) {
    let Ok(boxes) = document().query_selector_all("input[name=scope], #access-chosen") else {
        return;
    };
    for index in 0..boxes.length() {
        let input = boxes
            .item(index)
            .and_then(|node| node.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input.filter(|input| !input.disabled()) {
            let wanted = input.type_() == "radio" || scopes.split(' ').any(|scope| scope == input.value());
            input.set_checked(wanted);
        }
    }
}
