use std::time::Duration;

use flui_identity::sign_ins::FoundKey;
use flui_model::Timestamp;
use leptos::prelude::*;

use crate::{
    parts::moment,
    ui::{Tone, notice},
};

/// How long the overview speaks of a key that was found in public.
pub(super) const FOUND_SHOWN: Duration = Duration::from_hours(14 * 24);

/// The keys that were found in public and are dead: whoever published them should know where, and what uses them needs new
/// ones. The place is text and no link, because anybody may have written it.
pub(super) fn found_in_public(keys: Vec<FoundKey>, now: Timestamp) -> Option<AnyView> {
    if keys.is_empty() {
        return None;
    }
    let items = keys
        .into_iter()
        .map(|key| {
            let what_next = if key.host.is_some() {
                ". Take it out of there, and give what used it a new one."
            } else {
                ". Give what used it a new one."
            };
            let host = key.host.map(|host| view! { " at " <strong>{host}</strong> });
            view! {
                <li>
                    "The key "
                    <a href=format!("/keys/{}", key.id)>{key.name}</a>
                    " was found in public"
                    {host}
                    " and was ended "
                    {moment(key.at, now)}
                    {what_next}
                </li>
            }
        })
        .collect_view();
    Some(notice(Tone::Danger, view! { <ul>{items}</ul> }))
}
