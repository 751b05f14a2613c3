use flui_identity::sign_ins::{EndReason, KeyLife};
use flui_model::{
    Kind, Timestamp,
    api_keys::{ApiKeyView, KeyState},
};
use leptos::prelude::*;

use crate::{
    PageContext,
    parts::{context_words, last_use, moment, scope_words, state_badge},
    ui::isolated,
};

/// What there is to know about a key before it is revoked.
pub(super) fn facts(page: &PageContext, key: &ApiKeyView) -> AnyView {
    let now = page.now();
    let scopes = view! {
        <dt>"Scopes"</dt>
        <dd>{scope_words(key.unscoped, key.scopes)}</dd>
        <dt>"Created"</dt>
        <dd>{moment(key.created_at, now)}</dd>
    };
    view! { <dl class="facts">{beginning(page, key)}{scopes}{end(key, now)}</dl> }.into_any()
}

/// All that there is to know about a key, but for what has a section of its own.
pub(super) fn all_facts(page: &PageContext, life: &KeyLife) -> AnyView {
    let (key, now) = (&life.key, page.now());
    let from = life.made_from.address;
    let made = match &life.made_by {
        Some(maker) if maker.kind == Kind::Browser => format!("in {}, from {from}", isolated(&maker.name)),
        Some(maker) => format!("with the key {}, from {from}", isolated(&maker.name)),
        None => format!("by flui auth login, from {from}"),
    };
    let rotated = life
        .rotated_at
        .map(|at| view! { <dt>"Rotated"</dt><dd>{moment(at, now)}<span class="sub">{at.to_minute()}</span></dd> });
    let middle = view! {
        <dt>"Created"</dt>
        <dd>{moment(key.created_at, now)}<span class="sub">{made}</span></dd>
        {rotated}
    };
    view! { <dl class="facts">{beginning(page, key)}{middle}{end(key, now)}</dl> }.into_any()
}

fn beginning(page: &PageContext, key: &ApiKeyView) -> impl IntoView + use<> {
    let own = page
        .caller
        .signed_in()
        .is_ok_and(|caller| caller.person().id == key.person.id);
    let owner = (!own).then(|| view! { <dt>"Owner"</dt><dd>{key.person.name.clone()}</dd> });
    let machine = key
        .machine
        .as_ref()
        .map(|machine| view! { <dt>"Machine"</dt><dd>{format!("{} ({})", isolated(&machine.name), machine.os)}</dd> });
    let networks = if key.networks.is_empty() {
        "Everywhere".to_owned()
    } else {
        key.networks.join(", ")
    };
    view! {
        {owner}
        <dt>"Key"</dt>
        <dd><code>{format!("{}…{}", key.prefix, key.last_four)}</code></dd>
        <dt>"Kind"</dt>
        <dd>{key.kind.label()}</dd>
        {machine}
        <dt>"Context"</dt>
        <dd>{context_words(&key.contexts)}</dd>
        <dt>"Networks"</dt>
        <dd>{networks}</dd>
    }
}

fn end(key: &ApiKeyView, now: Timestamp) -> impl IntoView + use<> {
    let why = key
        .end_reason
        .as_deref()
        .and_then(EndReason::from_word)
        .filter(|reason| *reason != EndReason::Revoked)
        .map(|reason| view! { <span class="sub">{reason.label()}</span> });
    let when = key
        .ended_at
        .map(|at| view! { " "{moment(at, now)}<span class="sub">{at.to_minute()}</span> });
    let expires = (key.state != KeyState::Ended).then(|| {
        view! {
            <dt>"Expires"</dt>
            <dd>{moment(key.expires_at, now)}<span class="sub">{key.expires_at.to_minute()}</span></dd>
        }
    });
    view! {
        <dt>"Last used"</dt>
        <dd>{last_use(key.last_used_at, key.last_used_from.clone(), now)}</dd>
        {expires}
        <dt>"State"</dt>
        <dd>{state_badge(key.state)}{when}{why}</dd>
    }
}
