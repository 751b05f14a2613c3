use flui_identity::Error;
use flui_model::SignInId;
use leptos::prelude::*;

use crate::{
    PageContext,
    parts::{Head, Place, consequence, frame, page},
    ui::{Query, Tone, notice},
};

/// The most keys that can be ticked: a whole page of the list.
const MOST: usize = 200;

/// `/keys/revoke?id=…&id=…`: names what was ticked in the list, and asks once.
pub(crate) fn revoke_selected() -> AnyView {
    let mut ids = Query::of_page().all("id");
    ids.truncate(MOST);
    page(move |page| load(page, ids))
}

async fn load(page: PageContext, ids: Vec<String>) -> Result<AnyView, Error> {
    let mut keys = Vec::new();
    for id in ids {
        let id: SignInId = id.parse().map_err(|_| Error::NotFound("key"))?;
        keys.push(page.identity.find_key(&page.caller, id).await?);
    }
    keys.retain(|key| !key.state.is_over());
    let back = view! { <a class="button" href="/keys">"Back to the keys"</a> };
    let (title, body) = if keys.is_empty() {
        let words = "No live key is selected. Tick some in the list first.";
        let body = view! {
            {notice(Tone::Plain, words)}
            <p class="form-acts">{back}</p>
        };
        ("Revoke keys".to_owned(), body.into_any())
    } else {
        let now = page.now();
        let rows = keys
            .iter()
            .map(|key| view! { <li>{consequence(key, now)}</li> })
            .collect_view();
        let hidden = keys
            .iter()
            .map(|key| view! { <input type="hidden" name="id" value=key.id.to_string()/> })
            .collect_view();
        let label = match keys.len() {
            1 => "Revoke 1 key".to_owned(),
            many => format!("Revoke {many} keys"),
        };
        let content = view! {
            <p>"All of them end together, or none:"</p>
            <ul>{rows}</ul>
        };
        let body = view! {
            {notice(Tone::Danger, content)}
            <form method="post" action="/keys/revoke" class="form-acts">
                {hidden}
                <button class="button button-danger">{label.clone()}</button>
                <a class="button" href="/keys">"Cancel"</a>
            </form>
        };
        (label, body.into_any())
    };
    let head = Head {
        above: &[("Keys", "/keys")],
        ..Head::new(Place::Keys, title, "")
    };
    Ok(frame(&page, head, body))
}
