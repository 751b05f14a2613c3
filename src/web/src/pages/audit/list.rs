use flui_identity::Error;
use leptos::prelude::*;

use super::filters::Filters;
use crate::{
    PageContext,
    parts::{Head, Place, event_table, event_table_of_all, frame, page},
    ui::{Query, empty, pager},
};

const ROWS: u32 = 50;

/// `/audit`: one's own rows, everybody's for an admin; newest first.
pub(crate) fn list() -> AnyView {
    let filters = Filters::from_query(&Query::of_page());
    page(move |page| load(page, filters))
}

async fn load(page: PageContext, mut filters: Filters) -> Result<AnyView, Error> {
    let admin = page.caller.signed_in()?.is_admin();
    let mut who = None;
    if !admin {
        // There is nobody else to choose.
        filters.user = None;
    } else if let Some(user) = filters.user {
        let person = page.identity.find_person(&page.caller, user).await?;
        who = Some(person.display_name().to_owned());
    }
    // One more than shown tells whether there are older ones.
    let mut events = page
        .identity
        .list_events(&page.caller, filters.wanted(), filters.before, ROWS + 1)
        .await?;
    let more = events.len() > ROWS as usize;
    events.truncate(ROWS as usize);
    let older = events.last().filter(|_| more).map(|last| last.seq);
    let older = older.map(|seq| filters.link("/audit", Some(seq)));
    let first = filters.before.map(|_| filters.link("/audit", None));

    let rows = if events.is_empty() {
        let step = view! { <a class="button" href="/audit">"Show all events"</a> };
        empty("No events", "Nothing in the log fits this filter.", step)
    } else if admin {
        event_table_of_all("Audit events", events, page.now())
    } else {
        event_table("Audit events", events, page.now())
    };
    let body = view! {
        {filters.form(who)}
        {rows}
        {pager("Older events", first, older)}
    };
    let export = view! {
        <div class="form-acts">
            <a class="button" href=filters.link("/audit.csv", None) download=true>"Export CSV"</a>
            <a class="button" href=filters.link("/audit.ndjson", None) download=true>"Export NDJSON"</a>
        </div>
    };
    let lead = if admin {
        "Who did what to what, from where. You see everybody's rows."
    } else {
        "Who did what to what is yours, from where."
    };
    let head = Head {
        act: Some(export.into_any()),
        ..Head::new(Place::Audit, "Audit log", lead)
    };
    Ok(frame(&page, head, body))
}
