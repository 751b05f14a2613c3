//! What a key was used for, and from where.

use flui_identity::sign_ins::{KeyUses, UsedPlace};
use flui_model::{Scope, Timestamp, api_keys::ApiKeyView};
use leptos::prelude::*;

use super::plot::grouped;
use crate::{
    parts::{moment, scope_words},
    ui::{cell, table, wide_cell},
};

/// The scopes that were granted, beside when each was last used here.
pub(super) fn scopes(key: &ApiKeyView, uses: &KeyUses, now: Timestamp) -> AnyView {
    let last = |scope: Scope| uses.scopes.iter().find(|used| used.scope == scope).map(|used| used.at);
    // A row for each scope of an unscoped key would say little: it may do everything.
    let listed: Vec<Scope> = if key.unscoped {
        uses.scopes.iter().map(|used| used.scope).collect()
    } else {
        key.scopes.iter().collect()
    };
    let rows: Vec<AnyView> = listed
        .into_iter()
        .map(|scope| {
            let at = match last(scope) {
                Some(at) => moment(at, now).into_any(),
                None => view! { <span class="muted">"Not seen"</span> }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row"><code>{scope.to_string()}</code></th>
                    {wide_cell("Allows", scope.sentence())}
                    {cell("Last used here", at)}
                </tr>
            }
            .into_any()
        })
        .collect();
    let heading = if key.unscoped { "Used of them" } else { "Granted scopes" };
    let table = (!rows.is_empty()).then(|| table(heading, &["Scope", "Allows", "Last used here"], rows));
    view! {
        <p>{scope_words(key.unscoped, key.scopes)}</p>
        {table}
        <p class="hint">
            "Only calls to this dashboard are seen here. What the key opens elsewhere stands in the logs there."
        </p>
    }
    .into_any()
}

/// The last places and programs, with their counts.
pub(super) fn places(places: &[UsedPlace], now: Timestamp) -> AnyView {
    if places.is_empty() {
        return view! { <p class="muted">"Nothing has used this key in the last 120 days."</p> }.into_any();
    }
    let rows = places.iter().map(|place| {
        view! {
            <tr>
                <th scope="row">{place.address.clone()}</th>
                {wide_cell("Program", place.program.clone())}
                <td class="number" data-label="Requests">{grouped(place.count)}</td>
                {cell("Last used", moment(place.at, now))}
            </tr>
        }
        .into_any()
    });
    table("Places", &["Address", "Program", "Requests", "Last used"], rows)
}
