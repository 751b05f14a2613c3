use flui_identity::Error;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::holders::{holder_table, holders};
use crate::{
    PageContext,
    parts::{Head, Place, frame, fresh_notice, page},
    ui::{Tone, notice},
};

/// `/contexts/{name}/delete`: asks once, and shows what it would cut off.
pub(crate) fn delete() -> AnyView {
    let name = use_params_map().get_untracked().get("name").unwrap_or_default();
    page(move |page| load(page, name))
}

async fn load(page: PageContext, name: String) -> Result<AnyView, Error> {
    if !page.caller.signed_in()?.is_admin() {
        return Err(Error::Forbidden("Only an administrator may delete contexts."));
    }
    let context = page.identity.find_context(&page.caller, &name).await?;
    let keys = holders(&page, &context.name).await?;
    let more = if keys.next_cursor.is_some() { "+" } else { "" };
    let warning = match keys.items.len() {
        0 => format!("No live key is bound to “{}”. Nothing is cut off.", context.name),
        1 => format!(
            "One key is bound to “{}” and ends with it. Whatever uses it will stop working at once.",
            context.name
        ),
        many => format!(
            "{many}{more} keys are bound to “{}” and end with it. Whatever uses them will stop working at once.",
            context.name
        ),
    };
    let table = (!keys.items.is_empty()).then(|| holder_table(&keys, page.now()));
    let path = format!("/contexts/{}", context.name);
    let body = view! {
        {notice(Tone::Danger, warning)}
        {table}
        {fresh_notice(&page, "Deleting a context", &format!("{path}/delete"))}
        <form method="post" action=format!("{path}/delete") class="form-acts">
            <button class="button button-danger">"Delete context"</button>
            <a class="button" href=path.clone()>"Cancel"</a>
        </form>
    };
    let head = Head {
        above: &[("Contexts", "/contexts")],
        ..Head::new(Place::Contexts, format!("Delete {}", context.name), "")
    };
    Ok(frame(&page, head, body))
}
