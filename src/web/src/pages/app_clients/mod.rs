//! Apps as clients of the provider.

mod by_hand;
mod delete;
mod edit;
mod form;
mod handover;
mod list;
mod new;
mod registered;
mod show;

pub(crate) use delete::delete;
pub(crate) use edit::edit;
use flui_identity::app_clients::AppClientFields;
use leptos::prelude::*;
pub(crate) use list::list;
pub(crate) use new::new;
pub(crate) use show::show;

/// The pages above those of one app.
const ABOVE: &[(&str, &str)] = &[("App clients", "/apps/clients")];

/// Addresses, one on a line.
fn lines(addresses: &[String]) -> AnyView {
    if addresses.is_empty() {
        return "–".into_any();
    }
    addresses
        .iter()
        .map(|address| view! { <div>{address.clone()}</div> })
        .collect_view()
        .into_any()
}

/// What an app says, as the facts that a provider asks for.
fn fact_rows(fields: &AppClientFields) -> AnyView {
    let backchannel = fields.backchannel_logout_uri.clone().unwrap_or_else(|| "–".to_owned());
    view! {
        <dt>"Kind"</dt>
        <dd>{fields.kind.label()}</dd>
        <dt>"Redirect addresses"</dt>
        <dd>{lines(&fields.redirect_uris)}</dd>
        <dt>"After logout"</dt>
        <dd>{lines(&fields.post_logout_redirect_uris)}</dd>
        <dt>"Back-channel logout"</dt>
        <dd>{backchannel}</dd>
        <dt>"Scopes"</dt>
        <dd>{fields.scopes.join(" ")}</dd>
    }
    .into_any()
}
