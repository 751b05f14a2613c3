use flui_identity::Error;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::form::Form;
use crate::{
    ContextFormFields, PageContext,
    parts::{Head, Place, frame, fresh_notice, page},
    ui::raw_query,
};

/// `/contexts/{name}/edit`: the form, or what became of it when this page answers its POST.
pub(crate) fn edit() -> AnyView {
    let name = use_params_map().get_untracked().get("name").unwrap_or_default();
    let query = raw_query();
    page(move |page| load(page, name, query))
}

async fn load(page: PageContext, name: String, query: String) -> Result<AnyView, Error> {
    if !page.caller.signed_in()?.is_admin() {
        return Err(Error::Forbidden("Only an administrator may change contexts."));
    }
    let context = page.identity.find_context(&page.caller, &name).await?;
    let name = context.name.clone();
    let form = Form::take(|| ContextFormFields::from(context).with_query(&query));
    let (here, show) = (format!("/contexts/{name}/edit"), format!("/contexts/{name}"));
    let back = format!("{here}?{}", form.typed.to_query());
    let body = view! {
        {form.summary("The context was not changed")}
        {fresh_notice(&page, "Changing a context", &back)}
        {form.view(here, "Save changes", show, false)}
    };
    let head = Head {
        above: &[("Contexts", "/contexts")],
        failed: form.failed(),
        ..Head::new(Place::Contexts, format!("Edit {name}"), "")
    };
    Ok(frame(&page, head, body))
}
