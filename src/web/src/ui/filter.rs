use leptos::prelude::*;

use super::choice;

/// The form that narrows a list; it stands in the address. `narrow`: it leaves something out, so there is a way back to
/// all. `more` stands behind it.
pub(crate) fn filter_form(
    action: &'static str,
    label: &'static str,
    narrow: bool,
    fields: AnyView,
    more: AnyView,
) -> AnyView {
    view! {
        <form method="get" action=action class="filters" role="search" aria-label=label>
            {fields}
            <button class="button">"Filter"</button>
            {narrow.then(|| view! { <a href=action>"Show all"</a> })}
            {more}
        </form>
    }
    .into_any()
}

/// The field `text`, which names are searched for.
pub(crate) fn filter_text(label: &'static str, text: &str) -> AnyView {
    view! {
        <label>
            <span>{label}</span>
            <input type="search" name="text" value=text.to_owned() autocomplete="off"/>
        </label>
    }
    .into_any()
}

/// A choice of one word, or of none, which `all` stands for. Each is a word with its label.
pub(crate) fn filter_choice(
    label: &'static str,
    name: &'static str,
    all: &'static str,
    words: impl IntoIterator<Item = (&'static str, &'static str)>,
    chosen: &str,
) -> AnyView {
    let words = words
        .into_iter()
        .map(|(word, label)| choice(word, label, chosen))
        .collect_view();
    view! {
        <label>
            <span>{label}</span>
            <select name=name>{choice("", all, chosen)}{words}</select>
        </label>
    }
    .into_any()
}
