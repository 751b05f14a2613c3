use flui_identity::Error;
use flui_model::{Area, Depth, Scope, Timestamp, api_keys::ApiKeyView};
use leptos::{either::Either, prelude::*};

use super::filters::KeyFilters;
use crate::{
    PageContext,
    islands::ConfirmRevoke,
    parts::{
        Head, Place, context_words, frame, key_name, last_use, moment, page, pick, revoke_link, scope_words,
        state_badge,
    },
    ui::{Query, cell, empty, pager, table, wide_cell},
};

const HEADERS: [&str; 9] = [
    "Name",
    "Kind",
    "Context",
    "Scopes",
    "Created",
    "Last used",
    "Expires",
    "State",
    "",
];

/// `/keys`: one's own keys, live ones first.
pub(crate) fn list() -> AnyView {
    let filters = KeyFilters::from_query(&Query::of_page());
    page(move |page| load(page, filters))
}

async fn load(page: PageContext, filters: KeyFilters) -> Result<AnyView, Error> {
    let may_create = page
        .caller
        .signed_in()?
        .scopes()
        .contains(Scope::new(Area::Keys, Depth::Change));
    let keys = page.identity.list_keys(&page.caller, &filters.wanted()).await?;
    let now = page.now();
    let create = may_create.then(|| view! { <a class="button button-primary" href="/keys/new">"Create key"</a> });

    let body = if !keys.items.is_empty() {
        // One key has its own button.
        let several = keys.items.iter().filter(|key| !key.state.is_over()).count() > 1;
        let rows = keys.items.iter().map(|key| row(key, several, now));
        let first = filters.cursor.as_ref().map(|_| filters.link(None));
        let next = keys.next_cursor.as_deref().map(|cursor| filters.link(Some(cursor)));
        let selected = several.then(|| {
            view! {
                <form id="selected" method="get" action="/keys/revoke" class="on-picked">
                    <button class="button button-risky">"Revoke selected"</button>
                </form>
            }
        });
        view! {
            {filters.form()}
            {table("Your keys", &HEADERS, rows)}
            {selected}
            {pager("Older keys", first, next)}
            <ConfirmRevoke/>
        }
        .into_any()
    } else if filters.is_narrow() || filters.cursor.is_some() {
        let step = view! { <a class="button" href="/keys">"Show all keys"</a> };
        view! {
            {filters.form()}
            {empty("No key fits", "You have no key that matches this filter.", step)}
        }
        .into_any()
    } else {
        let why = if may_create {
            "Keys let a pipeline or a service act in your name, with no more rights than you give them. You have made none."
        } else {
            "Keys let a pipeline or a service act in somebody's name. Your role is read only, so you can make none."
        };
        let step = may_create.then(|| view! { <a class="button" href="/keys/new">"Create key"</a> });
        empty("No keys yet", why, step)
    };
    let head = Head {
        // The empty page has its own link; two of one name would only confuse.
        act: create
            .filter(|_| !keys.items.is_empty() || filters.is_narrow())
            .map(IntoAny::into_any),
        ..Head::new(Place::Keys, "Keys", "What acts in your name without you.")
    };
    let body = view! {
        {body}
        <p class="muted">
            "The days on which your keys end can stand in your own calendar: " <a href="/keys/calendar">"Calendar"</a>
        </p>
    };
    Ok(frame(&page, head, body))
}

fn row(key: &ApiKeyView, several: bool, now: Timestamp) -> impl IntoView + use<> {
    let live = !key.state.is_over();
    let expires = match key.ended_at {
        Some(_) => Either::Left(view! { <span class="muted">"–"</span> }),
        None => Either::Right(moment(key.expires_at, now)),
    };
    let ended = key
        .ended_at
        .map(|at| view! { <span class="sub">{moment(at, now)}</span> });
    let cells = view! {
        <th scope="row">{(live && several).then(|| pick(key.id, &key.name))}{key_name(key)}</th>
        {cell("Kind", key.kind.label())}
        {wide_cell("Context", context_words(&key.contexts))}
        {wide_cell("Scopes", scope_words(key.unscoped, key.scopes))}
        {cell("Created", moment(key.created_at, now))}
        {cell("Last used", last_use(key.last_used_at, key.last_used_from.clone(), now))}
        {cell("Expires", expires)}
        {cell("State", view! { {state_badge(key.state)}{ended} })}
        <td class="acts">{live.then(|| revoke_link(key, String::new()))}</td>
    };
    // A class that may be absent would be written as an empty one, row after row.
    if live {
        Either::Left(view! { <tr>{cells}</tr> })
    } else {
        Either::Right(view! { <tr class="over">{cells}</tr> })
    }
}
