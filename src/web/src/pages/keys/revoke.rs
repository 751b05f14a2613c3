use flui_identity::Error;
use flui_model::api_keys::{ApiKeyView, KeyState};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    PageContext,
    parts::{Head, Place, consequence, context_words, frame, last_use, moment, page, scope_words},
    ui::{Tone, notice},
};

/// `/keys/{id}/revoke`: asks once, and says what will stop.
pub(crate) fn revoke() -> AnyView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    page(move |page| load(page, id))
}

async fn load(page: PageContext, id: String) -> Result<AnyView, Error> {
    // An id of the wrong shape is as absent as one that is not there.
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    let key = page.identity.find_key(&page.caller, id).await?;
    let body = if key.state == KeyState::Live {
        view! {
            {notice(Tone::Danger, consequence(&key, page.now()))}
            {facts(&page, &key)}
            <form method="post" action=format!("/keys/{id}/revoke") class="form-acts">
                <button class="button button-danger">"Revoke key"</button>
                <a class="button" href="/keys">"Cancel"</a>
            </form>
        }
        .into_any()
    } else {
        view! {
            {notice(Tone::Plain, "This key is over already and opens nothing.")}
            {facts(&page, &key)}
            <p class="form-acts"><a class="button" href="/keys">"Back to the keys"</a></p>
        }
        .into_any()
    };
    let head = Head {
        above: &[("Keys", "/keys")],
        ..Head::new(Place::Keys, format!("Revoke {}", key.name), "")
    };
    Ok(frame(&page, head, body))
}

fn facts(page: &PageContext, key: &ApiKeyView) -> AnyView {
    let now = page.now();
    let own = page
        .caller
        .signed_in()
        .is_ok_and(|caller| caller.person().id == key.person.id);
    let owner = (!own).then(|| view! { <dt>"Owner"</dt><dd>{key.person.name.clone()}</dd> });
    let machine = key
        .machine
        .as_ref()
        .map(|machine| view! { <dt>"Machine"</dt><dd>{format!("{} ({})", machine.name, machine.os)}</dd> });
    view! {
        <dl class="facts">
            {owner}
            <dt>"Key"</dt>
            <dd><code>{format!("{}…{}", key.prefix, key.last_four)}</code></dd>
            <dt>"Kind"</dt>
            <dd>{key.kind.label()}</dd>
            {machine}
            <dt>"Context"</dt>
            <dd>{context_words(&key.contexts)}</dd>
            <dt>"Scopes"</dt>
            <dd>{scope_words(key.unscoped, &key.scopes)}</dd>
            <dt>"Created"</dt>
            <dd>{moment(key.created_at, now)}</dd>
            <dt>"Last used"</dt>
            <dd>{last_use(key.last_used_at, key.last_used_from.clone(), now)}</dd>
            <dt>"Expires"</dt>
            <dd>{moment(key.expires_at, now)}<span class="sub">{key.expires_at.to_minute()}</span></dd>
        </dl>
    }
    .into_any()
}
