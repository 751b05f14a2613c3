use flui_identity::{Error, app_clients::AppClient};
use flui_model::Timestamp;
use leptos::prelude::*;

use super::lines;
use crate::{
    PageContext,
    parts::{Head, Place, frame, moment, page},
    ui::{cell, empty, table, wide_cell},
};

/// `/apps/clients`: the apps that were registered at the provider from here.
pub(crate) fn list() -> AnyView {
    page(load)
}

async fn load(page: PageContext) -> Result<AnyView, Error> {
    let apps = page.identity.list_app_clients(&page.caller).await?;
    let now = page.now();
    let create = || view! { <a class="button button-primary" href="/apps/new">"Register app"</a> };
    let (act, body) = if apps.is_empty() {
        let why = "An app that is registered here becomes a client of the OpenID provider: people sign in to it with the \
                   account that they have, and nothing needs to be set up at the provider by hand.";
        (None, empty("No apps registered yet", why, create()))
    } else {
        let rows = apps.iter().map(|app| row(app, now));
        let headers = ["Name", "Kind", "Client id", "Redirect addresses", "Registered"];
        (Some(create().into_any()), table("App clients", &headers, rows))
    };
    let head = Head {
        act,
        ..Head::new(
            Place::AppClients,
            "App clients",
            "Apps that sign people in at the OpenID provider, registered from here.",
        )
    };
    Ok(frame(&page, head, body))
}

fn row(app: &AppClient, now: Timestamp) -> AnyView {
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/apps/clients/{}", app.id)>{app.fields.name.clone()}</a>
            </th>
            {cell("Kind", app.fields.kind.label())}
            {wide_cell("Client id", app.client_id.clone())}
            {wide_cell("Redirect addresses", lines(&app.fields.redirect_uris))}
            {cell("Registered", moment(app.created_at, now))}
        </tr>
    }
    .into_any()
}
