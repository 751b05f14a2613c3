//! What the browser loads: it makes the islands of `flui-web` live. The only crate that becomes wasm by itself, and
//! nothing else belongs here.

/// Called once by the page's loader, before it hands each island its element.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // Links `flui-web`: each island is an export of that crate, and a crate nobody names is left out.
    use flui_web as _;

    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
