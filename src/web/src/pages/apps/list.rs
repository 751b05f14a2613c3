use flui_identity::{
    Error,
    apps::{Access, App},
};
use leptos::prelude::*;

use crate::{
    PageContext,
    parts::{Head, Place, frame, page},
    ui::empty,
};

/// `/apps`: what this person may open with the sign-in that they have.
pub(crate) fn list() -> AnyView {
    page(load)
}

async fn load(page: PageContext) -> Result<AnyView, Error> {
    let signed_in = page.caller.signed_in()?;
    let open: Vec<_> = page
        .settings
        .apps
        .iter()
        .filter_map(|app| Some(card(app, app.open_to(signed_in)?)))
        .collect();
    let body = if !open.is_empty() {
        view! { <ul class="apps">{open}</ul> }.into_any()
    } else if page.settings.apps.is_empty() {
        empty(
            "No apps yet",
            "An app is a website behind a proxy that asks here who may open it. None is set up on this installation; \
             whoever runs it names apps in the configuration.",
            view! { <a class="button" href="/">"Go to the overview"</a> },
        )
    } else {
        empty(
            "No apps for you",
            "Apps are set up on this installation, and none of them is open to your role. An administrator of the \
             provider can give you another one.",
            view! { <a class="button" href="/">"Go to the overview"</a> },
        )
    };
    let head = Head::new(
        Place::Apps,
        "Apps",
        "What you may open with this sign-in. Signing out here signs you out there.",
    );
    Ok(frame(&page, head, body))
}

fn card(app: &App, access: Access) -> AnyView {
    let letter = app.name.chars().next().map(|letter| letter.to_uppercase().to_string());
    let address = app
        .address
        .split_once("://")
        .map_or(app.address.as_str(), |(_, rest)| rest);
    view! {
        <li class="app">
            <span class="app-letter" aria-hidden="true">{letter}</span>
            <div>
                <a class="app-name" href=app.address.clone()>{app.name.clone()}</a>
                <p>{address.trim_end_matches('/').to_owned()}</p>
                <p class="muted">{access.to_string()}</p>
            </div>
        </li>
    }
    .into_any()
}
