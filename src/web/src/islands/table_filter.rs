use js_sys::JsString;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// Hides the rows of this page whose name lacks what is typed into the filter's `text`, and says how many are left.
/// Sending the filter searches all pages. Once on the page, beside the filter.
#[island]
pub fn TableFilter() -> impl IntoView {
    let (said, say) = signal(String::new());
    Effect::new(move |_| {
        window_event_listener(ev::input, move |event| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
                .filter(|input| input.name() == "text");
            if let Some(input) = input {
                say.set(narrow(input.value().trim()));
            }
        });
    });
    view! { <span class="filter-said" role="status">{said}</span> }
}

fn narrow(typed: &str) -> String {
    // The browser folds case: the tables that Rust needs for it are larger than this island.
    let wanted = String::from(JsString::from(typed).to_lower_case());
    let Ok(rows) = document().query_selector_all("tbody tr") else {
        return String::new();
    };
    let mut shown = 0;
    for index in 0..rows.length() {
        let row = rows.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok());
        let Some(row) = row else { continue };
        let name = row.query_selector("th a").ok().flatten();
        let name = name
            .as_ref()
            .and_then(|name: &Element| name.text_content())
            .unwrap_or_default();
        let fits = JsString::from(name).to_lower_case().includes(&wanted, 0);
        row.set_hidden(!fits);
        shown += u32::from(fits);
    }
    if typed.is_empty() {
        String::new()
    } else {
        format!("{shown} of {} on this page", rows.length())
    }
}
