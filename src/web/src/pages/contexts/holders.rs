use flui_identity::{Error, sign_ins::ListKeys};
use flui_model::{
    Page, Timestamp,
    api_keys::{ApiKeyView, KeyState},
};
use leptos::prelude::*;

use crate::{
    PageContext,
    parts::{key_name, last_use, moment},
    ui::{cell, isolated, table, wide_cell},
};

/// More keys than this are not shown.
const MOST: u32 = 200;

/// The live keys that are bound to a context: one's own, or everybody's for an admin.
pub(super) async fn holders(page: &PageContext, name: &str) -> Result<Page<ApiKeyView>, Error> {
    let wanted = ListKeys {
        everybody: page.caller.signed_in()?.is_admin(),
        state: Some(KeyState::Live),
        context: Some(name.to_owned()),
        limit: MOST,
        ..ListKeys::default()
    };
    page.identity.list_keys(&page.caller, &wanted).await
}

/// Those keys as rows.
pub(super) fn holder_table(keys: &Page<ApiKeyView>, now: Timestamp) -> AnyView {
    let rows = keys.items.iter().map(|key| row(key, now));
    let more = keys
        .next_cursor
        .is_some()
        .then(|| view! { <p class="muted">"Only the newest 200 are shown."</p> });
    view! {
        {table("Keys bound to this context", &["Key", "Owner", "Kind", "Machine", "Last used", "Expires"], rows)}
        {more}
    }
    .into_any()
}

fn row(key: &ApiKeyView, now: Timestamp) -> AnyView {
    let machine = key.machine.as_ref();
    let machine = machine.map_or_else(
        || "–".to_owned(),
        |machine| format!("{} ({})", isolated(&machine.name), machine.os),
    );
    view! {
        <tr>
            <th scope="row">{key_name(key)}</th>
            {wide_cell("Owner", key.person.name.clone())}
            {cell("Kind", key.kind.label())}
            {wide_cell("Machine", machine)}
            {cell("Last used", last_use(key.last_used_at, key.last_used_from.clone(), now))}
            {cell("Expires", moment(key.expires_at, now))}
        </tr>
    }
    .into_any()
}
