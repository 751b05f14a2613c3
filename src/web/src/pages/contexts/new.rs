use std::future::ready;

use flui_identity::Error;
use leptos::prelude::*;

use super::form::Form;
use crate::{
    ContextFormFields, PageContext,
    parts::{Head, Place, frame, fresh_notice, page},
    ui::raw_query,
};

/// `/contexts/new`: the form, or what became of it when this page answers its POST.
pub(crate) fn new() -> AnyView {
    let query = raw_query();
    page(move |page| ready(load(&page, &query)))
}

fn load(page: &PageContext, query: &str) -> Result<AnyView, Error> {
    let signed_in = page.caller.signed_in()?;
    if !signed_in.is_admin() {
        return Err(Error::Forbidden("Only an administrator may create contexts."));
    }
    // Most contexts trust the provider that this installation trusts.
    let usual = ContextFormFields {
        issuer: signed_in.person().issuer.clone(),
        ..ContextFormFields::default()
    };
    let form = Form::take(|| usual.with_query(query));
    let back = format!("/contexts/new?{}", form.typed.to_query());
    let body = view! {
        {form.summary("The context was not created")}
        {fresh_notice(page, "Creating a context", &back)}
        {form.view("/contexts/new".to_owned(), "Create context", "/contexts".to_owned(), true)}
    };
    let head = Head {
        above: &[("Contexts", "/contexts")],
        failed: form.failed(),
        ..Head::new(
            Place::Contexts,
            "Create context",
            "An installation or cluster that keys can be bound to.",
        )
    };
    Ok(frame(page, head, body))
}
