use flui_identity::{Error, app_clients::AppClient};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{ABOVE, fact_rows};
use crate::{
    PageContext,
    parts::{Head, Place, frame, moment, page},
    ui::{Tone, notice},
};

/// `/apps/clients/{id}`: what the app is at the provider, and what can be done with it.
pub(crate) fn show() -> AnyView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    page(move |page| load(page, id))
}

/// The app client that an address names.
pub(super) async fn find(page: &PageContext, id: &str) -> Result<AppClient, Error> {
    // Strangers to the page must not learn which ids can be.
    let Ok(id) = id.parse() else {
        page.identity.list_app_clients(&page.caller).await?;
        return Err(Error::NotFound("app"));
    };
    page.identity.find_app_client(&page.caller, id).await
}

async fn load(page: PageContext, id: String) -> Result<AnyView, Error> {
    let app = find(&page, &id).await?;
    let now = page.now();
    let path = format!("/apps/clients/{}", app.id);
    let managed = app.management.is_some();
    let change = managed.then(|| view! { <a class="button" href=format!("{path}/edit")>"Change"</a> });
    let act = view! {
        <div class="form-acts">
            {change}
            <a class="button button-risky" href=format!("{path}/delete")>"Delete"</a>
        </div>
    };
    let unmanaged = (!managed).then(|| {
        notice(
            Tone::Warn,
            "The provider gave no access to this app, so it can only be changed and deleted there by hand.",
        )
    });
    let body = view! {
        {unmanaged}
        <dl class="facts">
            <dt>"Client id"</dt>
            <dd>{app.client_id.clone()}</dd>
            {fact_rows(&app.fields)}
            <dt>"Registered"</dt>
            <dd>{moment(app.created_at, now)}</dd>
        </dl>
        <p class="muted">
            "The client secret is not kept here. If it is lost, delete the app and register it again."
        </p>
    };
    let head = Head {
        above: ABOVE,
        act: Some(act.into_any()),
        ..Head::new(Place::AppClients, app.fields.name, "")
    };
    Ok(frame(&page, head, body))
}
