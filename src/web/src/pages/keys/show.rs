use flui_identity::{
    Error,
    audit::EventFilter,
    sign_ins::{Day, KeyLife},
};
use flui_model::{Area, Depth, Kind, Scope, Timestamp, api_keys::ApiKeyView};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    facts::all_facts,
    plot::plot,
    used::{places, scopes},
};
use crate::{
    PageContext,
    parts::{Head, Place, event_table, frame, last_use, moment, page},
    ui::{Tone, notice},
};

const EVENTS: u32 = 20;

/// `/keys/{id}`: all about one key.
pub(crate) fn show() -> AnyView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    page(move |page| load(page, id))
}

async fn load(page: PageContext, id: String) -> Result<AnyView, Error> {
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    let life = page.identity.find_key_life(&page.caller, id).await?;
    let about = EventFilter {
        about: Some(id),
        ..EventFilter::default()
    };
    let events = page.identity.list_events(&page.caller, about, None, EVENTS).await?;
    let now = page.now();
    let key = &life.key;
    let body = view! {
        {paused(&life, now)}
        {overlap(&life, now)}
        {all_facts(&page, &life)}
        <section aria-labelledby="scopes">
            <h2 id="scopes">"Scopes"</h2>
            {scopes(key, &life.uses, now)}
        </section>
        <section aria-labelledby="uses">
            <h2 id="uses">"Uses"</h2>
            {plot(life.first_day, Day::of(now), &life.uses.days)}
        </section>
        <section aria-labelledby="places">
            <h2 id="places">"Last places"</h2>
            {places(&life.uses.places, now)}
        </section>
        <section aria-labelledby="events">
            <h2 id="events">"Last events"</h2>
            {event_table("Last events of this key", events, now)}
        </section>
    };
    let head = Head {
        above: &[("Keys", "/keys")],
        act: acts(&page, &life),
        ..Head::new(Place::Keys, key.name.clone(), "")
    };
    Ok(frame(&page, head, body))
}

/// A pause: since when, by whom, and what ends it.
fn paused(life: &KeyLife, now: Timestamp) -> Option<AnyView> {
    let at = life.key.paused_at.filter(|_| !life.key.state.is_over())?;
    let by = life.paused_by.clone().unwrap_or_else(|| "an administrator".to_owned());
    let content = view! {
        <p>"This key was paused by " <strong>{by}</strong> ", " {moment(at, now)} "."</p>
        <p>"Every call with it is refused as paused. Only an administrator can resume it; it can be revoked as ever."</p>
    };
    Some(notice(Tone::Warn, content))
}

/// A rotation under way: which secrets are good, and whether the old one is still needed.
fn overlap(life: &KeyLife, now: Timestamp) -> Option<AnyView> {
    let until = life.key.old_secret_until.filter(|_| !life.key.state.is_over())?;
    let used = match &life.old_secret_used {
        None => view! { "It was not used since the rotation." }.into_any(),
        Some(last) => view! {
            "Something still uses it: last "
            {last_use(Some(last.at), Some(last.address.clone()), now)}
        }
        .into_any(),
    };
    let content = view! {
        <p>
            "Two secrets of this key are good. The old one ends "
            {moment(until, now)}
            ", or as soon as the new one is first used."
        </p>
        <p>{used}</p>
    };
    Some(notice(Tone::Warn, content))
}

/// What may be done with the key: its owner changes it, an admin stops it or gives it to somebody else.
fn acts(page: &PageContext, life: &KeyLife) -> Option<AnyView> {
    let key = &life.key;
    let caller = page.caller.signed_in().ok()?;
    if key.state.is_over() {
        return None;
    }
    let may_change = life.is_own && caller.scopes().contains(Scope::new(Area::Keys, Depth::Change));
    let changes = may_change.then(|| {
        view! {
            {act(key, "rename", "Rename")}
            {act(key, "extend", "Extend")}
            {act(key, "networks", "Networks")}
            {act(key, "rotate", "Rotate")}
        }
    });
    let id = key.id;
    let admin = caller.is_admin().then(|| {
        let (pause, label) = if key.paused_at.is_some() {
            ("resume", "Resume")
        } else {
            ("pause", "Pause")
        };
        let transfer = (key.kind != Kind::Workstation).then(|| act(key, "transfer", "Transfer"));
        // Whoever pauses the key that they call by could not resume it with it.
        let pause =
            (!key.current).then(|| view! { <a class="button" href=format!("/estate/{pause}?id={id}")>{label}</a> });
        view! { {pause}{transfer} }
    });
    let acts = view! {
        <div class="head-acts">
            {changes}
            {admin}
            <a class="button button-risky" href=format!("/keys/{id}/revoke")>"Revoke"</a>
        </div>
    };
    Some(acts.into_any())
}

fn act(key: &ApiKeyView, verb: &'static str, label: &'static str) -> impl IntoView + use<> {
    view! { <a class="button" href=format!("/keys/{}/{verb}", key.id)>{label}</a> }
}
