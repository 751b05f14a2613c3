use leptos::prelude::*;

/// The link to the next page of a list, and the one back to its beginning.
pub(crate) fn pager(label: &'static str, first: Option<String>, next: Option<String>) -> AnyView {
    if first.is_none() && next.is_none() {
        return ().into_any();
    }
    view! {
        <nav class="pager" aria-label="Pages">
            {first.map(|href| view! { <a class="button" href=href>"Back to the first"</a> })}
            {next.map(|href| view! { <a class="button" href=href rel="next">{label}</a> })}
        </nav>
    }
    .into_any()
}
