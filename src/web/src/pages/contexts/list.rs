use flui_identity::{Error, contexts::Context};
use flui_model::Timestamp;
use leptos::prelude::*;

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
    let contexts = page.identity.list_contexts(&page.caller).await?;
    let now = page.now();
    let command = format!(
        "flui context create main --api-url {} --switch\nflui auth login",
        page.settings.public_url
    );
    let add = code_block("context-command", "Add this installation to the command line", command);
    let body = if contexts.is_empty() {
        empty(
            "No contexts yet",
            "A context names an installation or cluster, so that a key can be bound to it alone. The server knows none, \
             and keys open every one. The command line keeps contexts of its own, and this installation can be one.",
            add,
        )
    } else {
        let rows = contexts.into_iter().map(|context| row(context, now)).collect();
        let headers = ["Name", "API address", "Provider", "Description", "Created"];
        view! {
            {table("Contexts", &headers, rows)}
            <div class="mt-8">{add}</div>
        }
        .into_any()
    };
    let head = Head::new(
        Place::Contexts,
        "Contexts",
        "Installations and clusters that keys can be bound to.",
    );
    Ok(frame(&page, head, body))
}

fn row(context: Context, now: Timestamp) -> AnyView {
    view! {
        <tr>
            <th scope="row">{context.name}</th>
            {wide_cell("API address", context.api_url)}
            {wide_cell("Provider", context.issuer)}
            {wide_cell("Description", context.description)}
            {cell("Created", moment(context.created_at, now))}
        </tr>
    }
    .into_any()
}
