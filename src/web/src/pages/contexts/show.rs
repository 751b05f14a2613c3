use flui_identity::Error;
use flui_model::{Area, Depth, Scope};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    check::check_form,
    command,
    holders::{holder_table, holders},
};
use crate::{
    PageContext,
    parts::{Head, Place, frame, moment, page},
    ui::{address, code_block},
};

/// `/contexts/{name}`: what it is, how the command line learns of it, and which keys are bound to it.
pub(crate) fn show() -> AnyView {
    let name = use_params_map().get_untracked().get("name").unwrap_or_default();
    page(move |page| load(page, name))
}

async fn load(page: PageContext, name: String) -> Result<AnyView, Error> {
    let signed_in = page.caller.signed_in()?;
    let admin = signed_in.is_admin();
    let context = page.identity.find_context(&page.caller, &name).await?;
    let keys = holders(&page, &context.name).await?;
    let now = page.now();
    let acts = admin.then(|| {
        let path = format!("/contexts/{}", context.name);
        view! {
            <div class="form-acts">
                {check_form(&context.name)}
                <a class="button" href=format!("{path}/edit")>"Edit"</a>
                <a class="button button-risky" href=format!("{path}/delete")>"Delete"</a>
            </div>
        }
        .into_any()
    });
    let bound = if keys.items.is_empty() {
        let none = if admin {
            "No live key is bound to this context."
        } else {
            "No live key of yours is bound to this context."
        };
        let may_create = signed_in.scopes().contains(Scope::new(Area::Keys, Depth::Change));
        let create = may_create.then(|| {
            let href = address("/keys/new", &[("context", &context.name)]);
            view! { " "<a href=href>"Create key"</a> }
        });
        view! { <p>{none}{create}</p> }.into_any()
    } else {
        holder_table(&keys, now)
    };
    let swatch = format!("swatch swatch-{}", context.colour.as_str());
    let description = (!context.description.is_empty()).then(|| {
        view! { <dt>"Description"</dt><dd>{context.description.clone()}</dd> }
    });
    let body = view! {
        <dl class="facts">
            <dt>"API address"</dt>
            <dd>{context.api_url.clone()}</dd>
            <dt>"Provider"</dt>
            <dd>{context.issuer.clone()}</dd>
            {description}
            <dt>"Colour"</dt>
            <dd><span class=swatch aria-hidden="true"></span>{context.colour.label()}</dd>
            <dt>"Created"</dt>
            <dd>{moment(context.created_at, now)}</dd>
        </dl>
        {code_block("context-command", "Add it to the command line and sign in", command(&context.name, &context.api_url))}
        <section aria-labelledby="holders">
            <h2 id="holders">"Keys bound to it"</h2>
            {bound}
            <p class="muted">"Keys that are bound to no context open this one too."</p>
        </section>
    };
    let head = Head {
        above: &[("Contexts", "/contexts")],
        act: acts,
        ..Head::new(Place::Contexts, context.name, "")
    };
    Ok(frame(&page, head, body))
}
