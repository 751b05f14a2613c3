use flui_identity::{Error, estate::EstateFilter};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    PageContext,
    parts::{Head, Place, credential_table, frame, fresh_notice, page},
    ui::{Tone, isolated, notice},
};

const CREDENTIALS: u32 = 100;

/// `/people/{id}/disable`: asks once, and says what stops. For admins.
pub(crate) fn disable() -> AnyView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    page(move |page| load(page, id))
}

async fn load(page: PageContext, id: String) -> Result<AnyView, Error> {
    let id = id.parse().map_err(|_| Error::NotFound("person"))?;
    let person = page.identity.find_person(&page.caller, id).await?;
    let theirs = EstateFilter {
        person: Some(id),
        ..EstateFilter::default()
    };
    let credentials = page
        .identity
        .list_estate(&page.caller, &theirs, None, CREDENTIALS)
        .await?;
    let name = isolated(person.display_name());
    let warning = format!(
        "Every session and key of {name} is refused from then on, and so are new sign-ins, whatever the provider says. \
         Nothing ends: what did not expire meanwhile works again when you enable them."
    );
    let live = (!credentials.items.is_empty())
        .then(|| credential_table("What is refused then", &credentials.items, page.now(), false));
    let path = format!("/people/{id}");
    let body = view! {
        {notice(Tone::Danger, warning)}
        {live}
        {fresh_notice(&page, "Disabling a person", &format!("{path}/disable"))}
        <form method="post" action=format!("{path}/disable") class="form-acts">
            <button class="button button-danger">"Disable here"</button>
            <a class="button" href=path.clone()>"Cancel"</a>
        </form>
    };
    let head = Head {
        above: &[("People", "/people")],
        ..Head::new(Place::People, format!("Disable {name}"), "")
    };
    Ok(frame(&page, head, body))
}
