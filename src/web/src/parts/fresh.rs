use leptos::prelude::*;
use url::form_urlencoded;

use crate::{
    PageContext,
    ui::{Tone, notice},
};

/// Says, before the button is pressed, that an act asks for a recent sign-in. The link leads through the provider and
/// back to `return_to`. `act` begins a sentence: `Deleting a context`.
pub(crate) fn fresh_notice(page: &PageContext, act: &'static str, return_to: &str) -> Option<AnyView> {
    let signed_in = page.caller.signed_in().ok()?;
    if signed_in.is_fresh(page.now(), page.identity.policy()) {
        return None;
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("fresh", "1").append_pair("return_to", return_to);
    let href = format!("/auth/login?{}", query.finish());
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
