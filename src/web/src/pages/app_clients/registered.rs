use flui_model::app_clients::RegisteredAppClient;
use leptos::prelude::*;

use super::{ABOVE, handover::Handover};
use crate::{
    PageContext,
    islands::CopyButton,
    parts::{Head, Place, frame},
    ui::{Tone, notice},
};

/// The answer to a form: the only page that ever shows the secret.
pub(super) fn registered(page: &PageContext, app: &RegisteredAppClient, title: &'static str) -> AnyView {
    let client = &app.client;
    let once = match (&app.client_secret, app.client_secret_expires_at) {
        (Some(_), None) => Some(
            "This is the only time the client secret is shown, and it is kept nowhere here. Copy it into a store for \
             secrets now; if it is lost, delete the app and register it again."
                .to_owned(),
        ),
        (Some(_), Some(end)) => Some(format!(
            "This is the only time the client secret is shown, and it is kept nowhere here. Copy it into a store for \
             secrets now. The provider takes it until {}.",
            end.to_minute()
        )),
        (None, _) => None,
    };
    let public = (!client.kind.has_secret()).then_some(
        "The app gets no secret, because it could not keep one: it signs people in with PKCE (code challenge S256).",
    );
    let secret = app.client_secret.clone().map(|secret| {
        view! {
            <dt>"Client secret"</dt>
            <dd>
                <output class="secret" id="secret" data-testid="secret">{secret}</output>
                " "
                <CopyButton from="secret".to_owned() what="client secret".to_owned()/>
            </dd>
        }
    });
    let handover = Handover {
        app: &client.name,
        issuer: &app.issuer,
        client_id: &client.client_id,
        client_secret: app.client_secret.as_deref(),
        redirect_uri: client.redirect_uris.first().map_or("", String::as_str),
    };
    let show = format!("/apps/clients/{}", client.id);
    let body = view! {
        {once.map(|once| notice(Tone::Warn, once))}
        {public.map(|public| notice(Tone::Plain, public))}
        <dl class="facts">
            <dt>"Name"</dt>
            <dd>{client.name.clone()}</dd>
            <dt>"Provider"</dt>
            <dd>{app.issuer.clone()}</dd>
            <dt>"Client id"</dt>
            <dd>
                <output id="client-id" data-testid="client-id">{client.client_id.clone()}</output>
                " "
                <CopyButton from="client-id".to_owned() what="client id".to_owned()/>
            </dd>
            {secret}
        </dl>
        {handover.blocks()}
        <p class="form-acts"><a class="button button-primary" href=show>"I have saved it"</a></p>
    };
    let head = Head {
        above: ABOVE,
        ..Head::new(Place::AppClients, title, "")
    };
    frame(page, head, body)
}
