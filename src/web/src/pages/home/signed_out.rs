use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    PageContext,
    parts::{brand::brand, page_notice},
    ui::Query,
};

/// Says where the button leads before it is pressed: people should know the address that will ask for their password.
pub(super) fn signed_out(page: &PageContext) -> AnyView {
    // The login decides whether it goes there: only to a path of this site.
    let return_to = Query::of_page().filled("return_to");
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
