use leptos::prelude::*;

use super::isolated;

/// The way to a page below the second level: links to the pages above, then the page itself.
pub(crate) fn breadcrumbs(above: &[(&'static str, &'static str)], here: &str) -> AnyView {
    let links = above
        .iter()
        .map(|(label, href)| view! { <li><a href=*href>{*label}</a></li> })
        .collect_view();
    view! {
        <nav class="crumbs" aria-label="Breadcrumbs">
            <ol>
                {links}
                <li aria-current="page">{isolated(here).into_owned()}</li>
            </ol>
        </nav>
    }
    .into_any()
}
