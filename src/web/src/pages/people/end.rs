use flui_identity::{Error, estate::EstateFilter};
use flui_model::FieldError;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    FormAnswer, PageContext, PageStatus,
    parts::{Head, Place, credential_table, frame, fresh_notice, page},
    ui::{Field, Tone, field, isolated, notice},
};

const CREDENTIALS: u32 = 100;

/// `/people/{id}/end`: shows what would end, and asks for the person's name. For admins.
pub(crate) fn end() -> AnyView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let errors = match use_context::<FormAnswer>() {
        Some(FormAnswer::EndPerson(errors)) => errors,
        _ => Vec::new(),
    };
    page(move |page| load(page, id, errors))
}

async fn load(page: PageContext, id: String, errors: Vec<FieldError>) -> Result<AnyView, Error> {
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
    if !errors.is_empty()
        && let Some(status) = use_context::<PageStatus>()
    {
        status.set(400);
    }
    let name = person.display_name().to_owned();
    let warning = format!(
        "Every session and key of {} ends for good. Whatever uses them will stop working at once, and they cannot be \
         brought back.",
        isolated(&name)
    );
    let live = if credentials.items.is_empty() {
        view! { <p>"Nothing of theirs is live."</p> }.into_any()
    } else {
        credential_table("What ends", &credentials.items, page.now(), false)
    };
    let more = credentials
        .next_cursor
        .is_some()
        .then(|| view! { <p class="muted">"Only the newest 100 are shown; all end."</p> });
    let failed = !errors.is_empty();
    let typed = Field {
        id: "name",
        label: "Name",
        hint: "Type the person's name as it stands above.",
        error: errors.first().map(|error| error.message.clone()),
    };
    let (invalid, described) = (typed.invalid(), typed.described_by());
    let path = format!("/people/{id}");
    let body = view! {
        {notice(Tone::Danger, warning)}
        {live}
        {more}
        {fresh_notice(&page, "Ending everything of a person", &format!("{path}/end"))}
        <form method="post" action=format!("{path}/end") class="form">
            {field(typed, view! {
                <input id="name" name="name" type="text" autocomplete="off" spellcheck="false" aria-invalid=invalid
                    aria-describedby=described/>
            })}
            <div class="form-acts">
                <button class="button button-danger">"End all"</button>
                <a class="button" href=path.clone()>"Cancel"</a>
            </div>
        </form>
    };
    let head = Head {
        above: &[("People", "/people")],
        failed,
        ..Head::new(Place::People, format!("End everything of {}", isolated(&name)), "")
    };
    Ok(frame(&page, head, body))
}
