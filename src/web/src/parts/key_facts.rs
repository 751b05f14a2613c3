use flui_model::{
    Timestamp,
    api_keys::{ApiKeyView, KeyState},
};
use leptos::{either::Either, prelude::*};

use super::moment;
use crate::{
    islands::distance,
    ui::{Tone, badge, isolated},
};

/// The name of a key over the characters by which its holder recognises it, for the head of a row.
pub(crate) fn key_name(key: &ApiKeyView) -> impl IntoView + use<> {
    let this = key.current.then(|| badge(Tone::Ok, "This one"));
    view! {
        <a href=format!("/keys/{}", key.id)>{key.name.clone()}</a>
        {this}
        <code>{format!("{}…{}", key.prefix, key.last_four)}</code>
    }
}

/// Whether a key still opens anything.
pub(crate) fn state_badge(state: KeyState) -> impl IntoView + use<> {
    match state {
        KeyState::Live => badge(Tone::Ok, "Live"),
        KeyState::Paused => badge(Tone::Warn, "Paused"),
        KeyState::Expired => badge(Tone::Plain, "Expired"),
        KeyState::Ended => badge(Tone::Plain, "Revoked"),
    }
}

/// When and from where something was last used.
pub(crate) fn last_use(at: Option<Timestamp>, from: Option<String>, now: Timestamp) -> impl IntoView + use<> {
    match at {
        None => Either::Left(view! { <span class="muted">"Never"</span> }),
        Some(at) => Either::Right(view! {
            {moment(at, now)}
            {from.map(|from| view! { <span class="sub">{format!("from {from}")}</span> })}
        }),
    }
}

/// What revoking a key means: its name, its last use, and what stops.
pub(crate) fn consequence(key: &ApiKeyView, now: Timestamp) -> String {
    let stops = match key.last_used_at {
        None => "Once revoked, it cannot be brought back.",
        Some(_) => "Whatever uses it will stop working at once, and it cannot be brought back.",
    };
    let (kind, name) = (key.kind.label(), isolated(&key.name));
    format!("{kind} key “{name}” was {}. {stops}", used(key, now))
}

/// `never used`, or when and from where a key was used.
fn used(key: &ApiKeyView, now: Timestamp) -> String {
    let Some(at) = key.last_used_at else {
        return "never used".to_owned();
    };
    let ago = distance(now.as_seconds().saturating_sub(at.as_seconds()));
    let from = key.last_used_from.as_deref().unwrap_or("an unknown address");
    format!("used {ago} from {from}")
}

/// What kind of key it is, and when and from where it was last used.
pub(crate) fn use_sentence(key: &ApiKeyView, now: Timestamp) -> String {
    format!("This {} key was {}.", key.kind.label(), used(key, now))
}

/// The link to the page that asks whether the key shall be revoked. The dialog asks the same where script runs, and says
/// `sentence`; where that is empty, what the cell *Last used* of the link's row says.
pub(crate) fn revoke_link(key: &ApiKeyView, sentence: String) -> impl IntoView + use<> {
    view! {
        <a
            class="button button-small"
            href=format!("/keys/{}/revoke", key.id)
            aria-label=format!("Revoke {}", isolated(&key.name))
            data-confirm=sentence
        >
            "Revoke"
        </a>
    }
}
