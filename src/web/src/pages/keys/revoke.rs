use flui_identity::Error;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::facts::facts;
use crate::{
    PageContext,
    parts::{Head, Place, consequence, frame, page},
    ui::{Tone, isolated, notice},
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
    let body = if key.state.is_over() {
        view! {
            {notice(Tone::Plain, "This key is over already and opens nothing.")}
            {facts(&page, &key)}
            <p class="form-acts"><a class="button" href="/keys">"Back to the keys"</a></p>
        }
        .into_any()
    } else {
        view! {
            {notice(Tone::Danger, consequence(&key, page.now()))}
            {facts(&page, &key)}
            <form method="post" action=format!("/keys/{id}/revoke") class="form-acts">
                <button class="button button-danger">"Revoke key"</button>
                <a class="button" href="/keys">"Cancel"</a>
            </form>
        }
        .into_any()
    };
    let head = Head {
        above: &[("Keys", "/keys")],
        ..Head::new(Place::Keys, format!("Revoke {}", isolated(&key.name)), "")
    };
    Ok(frame(&page, head, body))
}
