use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::{App, PageContext, Theme};

/// The whole document around [`App`]. Only pages of somebody who is signed in load script: what strangers see has none.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let page = PageContext::get();
    let scripts = page
        .caller
        .signed_in()
        .is_ok()
        .then(|| view! { <HydrationScripts options=options islands=true/> });
    document(
        page.theme,
        page.settings.css_path.clone(),
        view! {
            // The header says `no-referrer`, by which browsers would also hide the origin of our own forms from us.
            <meta name="referrer" content="same-origin"/>
            <MetaTags/>
            {scripts}
        },
        view! { <App/> },
    )
}

/// The outermost elements, the same for pages and errors.
pub(crate) fn document(
    theme: Theme,
    css_path: String,
    head: impl IntoView + 'static,
    body: impl IntoView + 'static,
) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                // Without any referrer browsers send `Origin: null` with a form, and the origin check refuses that.
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=css_path/>
                {head}
            </head>
            <body>{body}</body>
        </html>
    }
}
