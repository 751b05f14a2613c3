use leptos::prelude::*;
use serde_json::Value;

/// A text of the document; empty where there is none.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The id of a heading.
pub(super) fn id_of(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// Paragraphs, whose parts between backticks are code.
pub(super) fn prose(words: &str) -> AnyView {
    words
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
        .map(|paragraph| view! { <p>{inline(paragraph)}</p> })
        .collect_view()
        .into_any()
}

/// One line, whose parts between backticks are code. What a comment in the source links to is code as well.
pub(super) fn inline(words: &str) -> AnyView {
    words
        .replace("[`", "`")
        .replace("`]", "`")
        .split('`')
        .enumerate()
        .map(|(number, part)| {
            let part = part.to_owned();
            if number % 2 == 1 {
                view! { <code>{part}</code> }.into_any()
            } else {
                part.into_any()
            }
        })
        .collect_view()
        .into_any()
}
