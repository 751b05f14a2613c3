use flui_identity::{Error, audit::EventFilter, estate::EstateFilter, people::Person};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::access;
use crate::{
    PageContext,
    parts::{Head, Place, credential_table, event_table, frame, fresh_notice, moment, page},
    ui::{Tone, notice},
};

/// More than this of one person is looked at in the estate.
const CREDENTIALS: u32 = 100;
const EVENTS: u32 = 10;

/// `/people/{id}`: who they are at the provider, and what they hold here. For admins.
pub(crate) fn show() -> AnyView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    page(move |page| load(page, id))
}

async fn load(page: PageContext, id: String) -> Result<AnyView, Error> {
    let id = id.parse().map_err(|_| Error::NotFound("person"))?;
    let (identity, caller) = (&page.identity, &page.caller);
    let person = identity.find_person(caller, id).await?;
    let now = page.now();
    let theirs = EstateFilter {
        person: Some(id),
        ..EstateFilter::default()
    };
    let credentials = identity.list_estate(caller, &theirs, None, CREDENTIALS).await?;
    let about = EventFilter {
        person: Some(id),
        ..EventFilter::default()
    };
    let events = identity.list_events(caller, about, None, EVENTS).await?;
    let live = if credentials.items.is_empty() {
        view! { <p class="muted">"Nothing of theirs is live."</p> }.into_any()
    } else {
        credential_table("Live sign-ins and keys", &credentials.items, now, false)
    };
    let all = credentials.next_cursor.is_some().then(|| {
        view! { <p><a href=format!("/estate?person={id}")>"All of them, in the estate"</a></p> }
    });
    let back = format!("/people/{id}");
    let stale = person
        .disabled_at
        .and_then(|_| fresh_notice(&page, "Giving access back", &back));
    let body = view! {
        {stale}
        {gone(&person)}
        {facts(&page, &person)}
        <section aria-labelledby="held">
            <h2 id="held">"Live sign-ins and keys"</h2>
            {live}
            {all}
        </section>
        <section aria-labelledby="events">
            <div class="section-head">
                <h2 id="events">"Last events"</h2>
                <a href=format!("/audit?user={id}")>"All of their events"</a>
            </div>
            {event_table("Last events", events, now)}
        </section>
    };
    let head = Head {
        above: &[("People", "/people")],
        act: Some(acts(&page, &person)),
        ..Head::new(Place::People, person.display_name(), "")
    };
    Ok(frame(&page, head, body))
}

/// What it means that the provider no longer stands for somebody, and what is left to do.
fn gone(person: &Person) -> Option<AnyView> {
    person.gone_at?;
    let id = person.id;
    let content = view! {
        "The provider no longer stands for this person, so their browser sessions and workstation keys have ended. "
        <a href=format!("/estate?person={id}&risk=needs-owner")>"Their other keys"</a>
        " still work and need an owner. Their next sign-in takes this back."
    };
    Some(notice(Tone::Danger, content))
}

fn acts(page: &PageContext, person: &Person) -> AnyView {
    let path = format!("/people/{}", person.id);
    let own = page
        .caller
        .signed_in()
        .is_ok_and(|caller| caller.person().id == person.id);
    let switch = if person.disabled_at.is_some() {
        let form = view! {
            <form method="post" action=format!("{path}/enable")>
                <button class="button">"Enable"</button>
            </form>
        };
        form.into_any()
    } else if own {
        ().into_any()
    } else {
        view! { <a class="button button-risky" href=format!("{path}/disable")>"Disable here"</a> }.into_any()
    };
    view! {
        <div class="form-acts">
            {switch}
            <a class="button button-risky" href=format!("{path}/end")>"End all"</a>
        </div>
    }
    .into_any()
}

fn facts(page: &PageContext, person: &Person) -> AnyView {
    let now = page.now();
    let email = person.email.clone().map(|email| {
        let verified = if person.email_verified {
            "verified"
        } else {
            "not verified"
        };
        view! { <dt>"E-mail"</dt><dd>{email}<span class="sub">{verified}</span></dd> }
    });
    let disabled = person
        .disabled_at
        .or(person.gone_at)
        .map(|at| view! { <span class="sub">{moment(at, now)}</span> });
    let confirmed = person
        .confirmed_at
        .map(|at| view! { <dt>"Asked about"</dt><dd>{moment(at, now)}<span class="sub">"the provider stood for them"</span></dd> });
    view! {
        <dl class="facts">
            {email}
            <dt>"Role"</dt>
            <dd>{page.identity.policy().roles.role_of(&person.groups).label()}</dd>
            <dt>"Provider"</dt>
            <dd>{person.issuer.clone()}</dd>
            <dt>"Subject"</dt>
            <dd><code>{person.subject.clone()}</code></dd>
            <dt>"First sign-in"</dt>
            <dd>{moment(person.first_seen_at, now)}</dd>
            <dt>"Last sign-in"</dt>
            <dd>{moment(person.last_seen_at, now)}</dd>
            {confirmed}
            <dt>"Access"</dt>
            <dd>{access(person)}{disabled}</dd>
        </dl>
    }
    .into_any()
}
