use flui_model::ErrorCode;
use leptos::prelude::*;

use crate::{
    PageSettings, Theme,
    document::document,
    parts::{brand::brand, request_line},
};

/// Something that went wrong before or beside the pages: an address that leads nowhere, a provider that is down, a
/// sign-in that cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorPage {
    /// What it is. Gives the title and the way on.
    pub code: ErrorCode,
    /// What happened and what to do, in one sentence or two.
    pub detail: String,
    /// The id that logs name the request by.
    pub request_id: Option<String>,
    /// The theme that the person chose.
    pub theme: Theme,
    /// Whether it is shown on the host of an app, where the dashboard has only what lies below `/.flui/`.
    pub on_app: bool,
}

/// The whole document for an error. Free of script.
pub fn error_page(settings: &PageSettings, page: ErrorPage) -> String {
    let title = page.code.title();
    let css_path = if page.on_app {
        format!("/.flui{}", settings.css_path)
    } else {
        settings.css_path.clone()
    };
    let on = if page.on_app {
        // The app begins a sign-in by itself.
        view! { <a class="button" href="/">"Open the app again"</a> }.into_any()
    } else {
        way_on(page.code).into_any()
    };
    document(
        page.theme,
        css_path,
        view! {
            <title>{format!("{title} · Flui")}</title>
            <meta name="robots" content="noindex"/>
        },
        view! {
            <main class="lone">
                <div class="lone-card">
                    {brand()}
                    <h1>{title}</h1>
                    <p>{page.detail}</p>
                    <p>{on}</p>
                    {request_line(page.code, page.request_id.as_deref())}
                </div>
            </main>
        },
    )
    .to_html()
}

/// The link out of an error: sign in again, try again, or go back to the start.
pub(crate) fn way_on(code: ErrorCode) -> impl IntoView + use<> {
    let (label, href) = match code {
        ErrorCode::NotSignedIn
        | ErrorCode::InvalidToken
        | ErrorCode::KeyRevoked
        | ErrorCode::KeyExpired
        | ErrorCode::KeyRotated
        | ErrorCode::LoginStateLost
        | ErrorCode::LoginRefused
        | ErrorCode::LoginNotVerified => ("Sign in again", "/auth/login"),
        ErrorCode::FreshSignInNeeded => ("Sign in again", "/auth/login?fresh=1"),
        ErrorCode::ProviderFailed
        | ErrorCode::ProviderUnavailable
        | ErrorCode::StoreUnavailable
        | ErrorCode::TimedOut
        | ErrorCode::TooManyRequests => ("Try again", "/"),
        _ => ("Go to the start page", "/"),
    };
    view! { <a class="button" href=href>{label}</a> }
}
