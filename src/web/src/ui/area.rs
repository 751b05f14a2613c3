/// The text of a `<textarea>`. Leptos writes it into the page as it is given, as into a script: whatever could end the
/// element or begin a reference is written here as HTML wants it.
pub(crate) fn area_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
