use flui_identity::Error;
use leptos::prelude::*;

use super::filters::EstateFilters;
use crate::{
    PageContext,
    parts::{Head, Place, credential_table, frame, page},
    ui::{Query, empty, pager},
};

const ROWS: u32 = 50;

/// `/estate`: everything of everybody that opens something now, newest first. For admins.
pub(crate) fn list() -> AnyView {
    let filters = EstateFilters::from_query(&Query::of_page());
    page(move |page| load(page, filters))
}

async fn load(page: PageContext, filters: EstateFilters) -> Result<AnyView, Error> {
    let (identity, caller) = (&page.identity, &page.caller);
    let cursor = filters.cursor.as_deref();
    let estate = identity.list_estate(caller, &filters.wanted(), cursor, ROWS).await?;
    let owner = match filters.person {
        Some(id) => Some(identity.find_person(caller, id).await?.display_name().to_owned()),
        None => None,
    };
    let rows = if estate.items.is_empty() {
        let step = view! { <a class="button" href="/estate">"Show all"</a> };
        empty("Nothing fits", "No live sign-in or key matches this filter.", step)
    } else {
        let rows = credential_table("Live sign-ins and keys of everybody", &estate.items, page.now(), true);
        view! {
            <form id="selected" method="get" action="/estate/revoke" class="selection">
                {rows}
                <div class="form-acts on-picked">
                    <button class="button button-risky">"Revoke selected"</button>
                    <button class="button" formaction="/estate/pause">"Pause selected"</button>
                    <button class="button" formaction="/estate/resume">"Resume selected"</button>
                </div>
            </form>
        }
        .into_any()
    };
    let first = filters.cursor.as_ref().map(|_| filters.link(None));
    let next = estate.next_cursor.as_deref().map(|cursor| filters.link(Some(cursor)));
    let body = view! {
        {filters.form(owner)}
        {rows}
        {pager("Older ones", first, next)}
    };
    let head = Head::new(
        Place::Estate,
        "Estate",
        "Everything that holds access right now, whosever it is.",
    );
    Ok(frame(&page, head, body))
}
