use flui_identity::app_clients::AppClientFields;
use leptos::prelude::*;

use super::{
    ABOVE, fact_rows,
    handover::{Handover, ID_PLACEHOLDER, SECRET_PLACEHOLDER},
};
use crate::{
    PageContext,
    parts::{Head, Place, frame},
    ui::{Tone, notice},
};

/// The answer to the form where the provider registers nothing by itself: what to enter there by hand.
pub(super) fn by_hand(page: &PageContext, fields: &AppClientFields, issuer: &str) -> AnyView {
    let kind = fields.kind;
    let method = if kind.has_secret() {
        "client_secret_basic: a secret by HTTP Basic"
    } else {
        "none: a public client, with PKCE (S256)"
    };
    let handover = Handover {
        app: &fields.name,
        issuer,
        client_id: ID_PLACEHOLDER,
        client_secret: kind.has_secret().then_some(SECRET_PLACEHOLDER),
        redirect_uri: fields.redirect_uris.first().map_or("", String::as_str),
    };
    let body = view! {
        {notice(
            Tone::Plain,
            "Nothing was registered: the provider does not register apps from here. Make a client there with exactly these \
             values; it then shows the client id and secret, which belong into the lines below.",
        )}
        <dl class="facts">
            <dt>"Name"</dt>
            <dd>{fields.name.clone()}</dd>
            <dt>"Application type"</dt>
            <dd>{kind.application_type()}</dd>
            <dt>"Grant types"</dt>
            <dd>{fields.grant_types().join(" ")}</dd>
            <dt>"Response types"</dt>
            <dd>"code"</dd>
            <dt>"Authentication method"</dt>
            <dd>{method}</dd>
            {fact_rows(fields)}
        </dl>
        {handover.blocks()}
        <p class="form-acts"><a class="button" href="/apps/clients">"Back to the list"</a></p>
    };
    let head = Head {
        above: ABOVE,
        ..Head::new(Place::AppClients, "Register by hand", "")
    };
    frame(page, head, body)
}
