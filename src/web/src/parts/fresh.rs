use leptos::prelude::*;

use crate::{
    PageContext,
    ui::{Tone, address, notice},
};

/// Where a new sign-in begins that leads through the provider and back to `return_to`.
pub(crate) fn fresh_sign_in(return_to: &str) -> String {
    address("/auth/login", &[("fresh", "1"), ("return_to", return_to)])
}

/// Says, before the button is pressed, that an act asks for a recent sign-in. The link leads through the provider and
/// back to `return_to`. `act` begins a sentence: `Deleting a context`.
pub(crate) fn fresh_notice(page: &PageContext, act: &'static str, return_to: &str) -> Option<AnyView> {
    let signed_in = page.caller.signed_in().ok()?;
    if signed_in.is_fresh(page.now(), page.identity.policy()) {
        return None;
    }
    let href = fresh_sign_in(return_to);
    Some(notice(
        Tone::Warn,
        view! {
            {act}
            " needs a recent sign-in, and yours has grown old. "
            <a href=href>"Sign in again"</a>
            " and come back to this page as it is."
        },
    ))
}
