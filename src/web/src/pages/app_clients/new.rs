use std::future::ready;

use flui_identity::Error;
use leptos::prelude::*;
use leptos_router::hooks::use_url;

use super::{ABOVE, by_hand::by_hand, form::Form, registered::registered};
use crate::{
    AppClientFormFields, FormAnswer, PageContext,
    parts::{Head, Place, frame, fresh_notice, page},
    ui::{Tone, notice},
};

/// `/apps/new`: the form, or what became of it when this page answers its POST.
pub(crate) fn new() -> AnyView {
    match use_context::<FormAnswer>() {
        Some(FormAnswer::AppClientRegistered(client)) => {
            return registered(&PageContext::get(), &client, "App registered");
        }
        Some(FormAnswer::AppClientPlanned { fields, issuer }) => return by_hand(&PageContext::get(), &fields, &issuer),
        _ => {}
    }
    let query = use_url().get_untracked().search().trim_start_matches('?').to_owned();
    page(move |page| ready(load(&page, &query)))
}

fn load(page: &PageContext, query: &str) -> Result<AnyView, Error> {
    if !page.caller.signed_in()?.is_admin() {
        return Err(Error::Forbidden(
            "Only an administrator may register apps at the provider.",
        ));
    }
    let form = Form::take(|| AppClientFormFields::from_query(query));
    let back = form.typed.address("/apps/new");
    let settings = &page.settings;
    let (setup, button) = if !settings.registers_apps {
        let words = "No token for registering apps is configured (FLUI_OIDC_REGISTRATION_TOKEN). Fill in the form, and the \
                     next page tells what to enter at the provider by hand.";
        (Some(notice(Tone::Plain, words)), "Show the values")
    } else if settings.seals {
        (None, "Register app")
    } else {
        let words = "Apps cannot be registered yet: FLUI_SEALING_KEYS is not set, and without it the access to them could \
                     not be kept safe. Whoever runs this finds in the operations manual how to make one.";
        (Some(notice(Tone::Warn, words)), "Register app")
    };
    let fresh = settings
        .registers_apps
        .then(|| fresh_notice(page, "Registering an app", &back));
    let body = view! {
        {form.summary("The app was not registered")}
        {setup}
        {fresh}
        {form.view("/apps/new".to_owned(), button, "/apps/clients".to_owned(), true)}
    };
    let head = Head {
        above: ABOVE,
        failed: form.failed(),
        ..Head::new(
            Place::AppClients,
            "Register app",
            "The app becomes a client of the OpenID provider, so that people sign in to it with the same account.",
        )
    };
    Ok(frame(page, head, body))
}
