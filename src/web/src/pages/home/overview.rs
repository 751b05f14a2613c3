use flui_identity::{Error, audit::EventFilter, sign_ins::ListKeys};
use flui_model::api_keys::KeyState;
use leptos::prelude::*;

use super::{
    attention::attention,
    first_steps::first_steps,
    found::{FOUND_SHOWN, found_in_public},
};
use crate::{
    PageContext,
    parts::{Head, Place, event_table, frame, page},
    ui::{Tone, notice},
};

/// More keys than this are not looked through, and counted as "200+".
const MOST_KEYS: u32 = 200;
const EVENTS: u32 = 10;

/// What needs attention first, then counts, then what happened last.
pub(super) fn overview() -> AnyView {
    page(load)
}

async fn load(page: PageContext) -> Result<AnyView, Error> {
    let (identity, caller) = (&page.identity, &page.caller);
    let now = page.now();
    let live = ListKeys {
        state: Some(KeyState::Live),
        limit: MOST_KEYS,
        ..ListKeys::default()
    };
    let keys = identity.list_keys(caller, &live).await?;
    let found = identity.list_found_keys(caller, now - FOUND_SHOWN).await?;
    let sessions = identity.list_sessions(caller).await?;
    let own = EventFilter {
        person: Some(caller.signed_in()?.person().id),
        ..EventFilter::default()
    };
    let events = identity.list_events(caller, own, None, EVENTS).await?;

    let needy = if caller.signed_in()?.is_admin() {
        needs_owner(identity.count_keys_needing_owner(caller).await?)
    } else {
        None
    };
    let more = if keys.next_cursor.is_some() { "+" } else { "" };
    let counts = view! {
        <dl class="counts">
            {count("/keys?state=live", "Live keys", format!("{}{more}", keys.items.len()))}
            {count("/sign-ins", "Browser sign-ins", sessions.len().to_string())}
        </dl>
    };
    let first = if keys.items.is_empty() {
        first_steps(&page.settings.public_url)
    } else {
        attention(&keys.items, now)
    };
    let events = if events.is_empty() {
        view! { <p class="muted">"Nothing is written down about you yet."</p> }.into_any()
    } else {
        event_table("Your last events", events, now)
    };
    let body = view! {
        {found_in_public(found, now)}
        {needy}
        {first}
        {counts}
        <section aria-labelledby="events">
            <div class="section-head">
                <h2 id="events">"Last events"</h2>
                <a href="/audit">"All of the audit log"</a>
            </div>
            {events}
        </section>
    };
    let head = Head {
        act: Some(view! { <a class="button" href="/sign-ins/lost">"Report lost"</a> }.into_any()),
        ..Head::new(Place::Overview, "Overview", "What holds access in your name right now.")
    };
    Ok(frame(&page, head, body))
}

/// Keys that work on although their owners are gone: for an admin to see before anything else.
fn needs_owner(count: u64) -> Option<AnyView> {
    let words = match count {
        0 => return None,
        1 => "1 key needs an owner".to_owned(),
        many => format!("{many} keys need an owner"),
    };
    let content = view! {
        <a href="/estate?risk=needs-owner">{words}</a>
        ": the provider no longer stands for the people they belong to, and they still work. Transfer or revoke them."
    };
    Some(notice(Tone::Danger, content))
}

fn count(href: &'static str, label: &'static str, number: String) -> impl IntoView {
    view! {
        <div class="count">
            <dt><a href=href>{label}</a></dt>
            <dd>{number}</dd>
        </div>
    }
}
