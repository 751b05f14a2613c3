use flui_identity::{Error, contexts::Context};
use flui_model::Timestamp;
use leptos::prelude::*;

use super::{command, marked_name};
use crate::{
    PageContext,
    parts::{Head, Place, frame, moment, page},
    ui::{cell, code_block, empty, table, wide_cell},
};

/// `/contexts`: what the server knows, and how the command line learns of this installation.
pub(crate) fn list() -> AnyView {
    page(load)
}

async fn load(page: PageContext) -> Result<AnyView, Error> {
    let admin = page.caller.signed_in()?.is_admin();
    let contexts = page.identity.list_contexts(&page.caller).await?;
    let now = page.now();
    let create =
        move || admin.then(|| view! { <a class="button button-primary" href="/contexts/new">"Create context"</a> });
    let add = code_block(
        "context-command",
        "Add this installation to the command line",
        command("main", &page.settings.public_url),
    );
    let (act, body) = if contexts.is_empty() {
        let why = if admin {
            "A context names an installation or cluster, so that a key can be bound to it alone. There is none yet, and \
             keys open every one."
        } else {
            "A context names an installation or cluster, so that a key can be bound to it alone. There is none yet, and \
             keys open every one. An administrator can make some."
        };
        let step = view! {
            {create()}
            <div class="mt-4">{add}</div>
        };
        (None, empty("No contexts yet", why, step))
    } else {
        let rows = contexts.iter().map(|context| row(context, now));
        let headers = ["Name", "API address", "Provider", "Description", "Created"];
        let body = view! {
            {table("Contexts", &headers, rows)}
            <div class="mt-8">{add}</div>
        };
        (create().map(IntoAny::into_any), body.into_any())
    };
    let head = Head {
        act,
        ..Head::new(
            Place::Contexts,
            "Contexts",
            "Installations and clusters that keys can be bound to.",
        )
    };
    Ok(frame(&page, head, body))
}

fn row(context: &Context, now: Timestamp) -> AnyView {
    let description = match context.description.as_str() {
        "" => "–".to_owned(),
        said => said.to_owned(),
    };
    view! {
        <tr>
            <th scope="row">{marked_name(context)}</th>
            {wide_cell("API address", context.api_url.clone())}
            {wide_cell("Provider", context.issuer.clone())}
            {wide_cell("Description", description)}
            {cell("Created", moment(context.created_at, now))}
        </tr>
    }
    .into_any()
}
