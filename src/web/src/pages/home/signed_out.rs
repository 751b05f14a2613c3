use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_url;
use url::form_urlencoded;

use crate::{
    PageContext,
    parts::{brand::brand, page_notice},
};

/// Says where the button leads before it is pressed: people should know the address that will ask for their password.
pub(super) fn signed_out(page: &PageContext) -> AnyView {
    // The login decides whether it goes there: only to a path of this site.
    let return_to = return_to(use_url().get_untracked().search());
    let return_to = return_to.map(|path| view! { <input type="hidden" name="return_to" value=path/> });
    view! {
        <Title text="Sign in"/>
        <main class="lone">
            <div class="lone-card">
                {brand()}
                <h1>"Sign in to Flui"</h1>
                {page_notice(page)}
                <p>
                    "You prove who you are at " <strong>{page.settings.provider_host.clone()}</strong>
                    " and come back here. Flui never sees your password."
                </p>
                <form method="get" action="/auth/login">
                    {return_to}
                    <button class="button button-primary button-wide">"Sign in"</button>
                </form>
            </div>
        </main>
    }
    .into_any()
}

/// The router's own map decodes values twice, and a filled-in form inside an address would not survive that.
fn return_to(query: &str) -> Option<String> {
    form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
        .find(|(name, _)| name == "return_to")
        .map(|(_, path)| path.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_inside_an_address_is_decoded_once() {
        let query = "?notice=session-ended&return_to=%2Fkeys%2Fnew%3Fname%3Da%2526b%252A";
        assert_eq!(return_to(query).as_deref(), Some("/keys/new?name=a%26b%2A"));
        assert_eq!(return_to(""), None);
    }
}
