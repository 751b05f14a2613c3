use flui_model::api_keys::CreatedApiKey;
use leptos::prelude::*;

use super::snippets::snippets;
use crate::{
    PageContext,
    islands::CopyButton,
    parts::{Head, Place, context_words, frame, moment, scope_words},
    ui::{Tone, isolated, notice},
};

/// The answer to the form: the only page that ever shows the key.
pub(super) fn created(page: &PageContext, key: &CreatedApiKey) -> AnyView {
    let once = "This is the only time the key is shown. Copy it into a store for secrets now; if it is lost, revoke it \
                and create another one.";
    secret(page, key, "Key created", once.to_owned())
}

/// The answer to a rotation: the only page that ever shows the new secret.
pub(super) fn rotated(page: &PageContext, key: &CreatedApiKey) -> AnyView {
    let old = match key.old_secret_until {
        Some(until) => format!(
            "the old one is good until {}, or until this one is first used",
            until.to_minute()
        ),
        None => "the old one opens nothing any more".to_owned(),
    };
    let once = format!(
        "This is the only time the new secret is shown. Put it where the old one stands: {old}. If this one is lost, \
         rotate again."
    );
    secret(page, key, "Key rotated", once)
}

/// The answer to a transfer: the only page that ever shows the new secret.
pub(super) fn transferred(page: &PageContext, key: &CreatedApiKey, owner: &str) -> AnyView {
    let owner = isolated(owner);
    let once = format!(
        "The key belongs to {owner} now, and the old secret opens nothing any more. This is the only time the new secret is \
         shown: put it where the old one stands, or hand it to {owner}. If it is lost, {owner} can rotate the key."
    );
    secret(page, key, "Key transferred", once)
}

fn secret(page: &PageContext, key: &CreatedApiKey, title: &'static str, once: String) -> AnyView {
    let once = notice(Tone::Warn, once);
    let body = view! {
        {once}
        <div class="secret-box">
            <output class="secret" id="secret" data-testid="secret">{key.key.clone()}</output>
            <CopyButton from="secret".to_owned() what="key".to_owned()/>
        </div>
        <dl class="facts">
            <dt>"Name"</dt>
            <dd>{key.name.clone()}</dd>
            <dt>"Kind"</dt>
            <dd>{key.kind.label()}</dd>
            <dt>"Context"</dt>
            <dd>{context_words(&key.contexts)}</dd>
            <dt>"Scopes"</dt>
            <dd>{scope_words(key.unscoped, key.scopes)}</dd>
            <dt>"Expires"</dt>
            <dd>{moment(key.expires_at, page.now())}<span class="sub">{key.expires_at.to_minute()}</span></dd>
        </dl>
        <p class="form-acts"><a class="button button-primary" href="/keys">"I have saved it"</a></p>
        <section aria-labelledby="snippets">
            <h2 id="snippets">"Use it"</h2>
            {snippets(&page.settings.public_url)}
        </section>
    };
    let head = Head {
        above: &[("Keys", "/keys")],
        ..Head::new(Place::Keys, title, "")
    };
    frame(page, head, body)
}
