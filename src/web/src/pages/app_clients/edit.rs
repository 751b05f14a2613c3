use flui_identity::Error;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_url};

use super::{ABOVE, form::Form, registered::registered, show::find};
use crate::{
    AppClientFormFields, FormAnswer, PageContext,
    parts::{Head, Place, frame, fresh_notice, page},
    ui::isolated,
};

/// `/apps/clients/{id}/edit`: the form, or what became of it when this page answers its POST.
pub(crate) fn edit() -> AnyView {
    if let Some(FormAnswer::AppClientRegistered(client)) = use_context::<FormAnswer>() {
        return registered(&PageContext::get(), &client, "App changed");
    }
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let query = use_url().get_untracked().search().trim_start_matches('?').to_owned();
    page(move |page| load(page, id, query))
}

async fn load(page: PageContext, id: String, query: String) -> Result<AnyView, Error> {
    let app = find(&page, &id).await?;
    let (name, show) = (app.fields.name.clone(), format!("/apps/clients/{}", app.id));
    let here = format!("{show}/edit");
    let form = Form::take(|| AppClientFormFields::from(app).with_query(&query));
    let back = form.typed.address(&here);
    let body = view! {
        {form.summary("The app was not changed")}
        {fresh_notice(&page, "Changing an app", &back)}
        {form.view(here, "Save changes", show, false)}
    };
    let head = Head {
        above: ABOVE,
        failed: form.failed(),
        ..Head::new(Place::AppClients, format!("Change {}", isolated(&name)), "")
    };
    Ok(frame(&page, head, body))
}
