use leptos::prelude::*;
use leptos_router::hooks::use_url;

use super::icons;
use crate::{PageContext, Theme, ui::raw_query};

/// Who is signed in, and what they may do about it.
pub(crate) fn user_menu(page: &PageContext) -> AnyView {
    let Ok(signed_in) = page.caller.signed_in() else {
        return ().into_any();
    };
    let person = signed_in.person();
    let name = person.display_name().to_owned();
    let initial: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
    let email = person.email.clone().filter(|email| *email != name);
    let account = page.settings.account_url.clone().map(|href| {
        view! { <a class="menu-entry" href=href rel="noreferrer">"Password, MFA and profile at the provider"</a> }
    });
    view! {
        <details name="menu" class="menu user" data-testid="user-menu">
            <summary>
                <span class="avatar" aria-hidden="true">{initial}</span>
                <span class="user-name">{name.clone()}</span>
                {icons::chevron()}
            </summary>
            <div class="menu-sheet">
                <div class="menu-head">
                    <strong>{name}</strong>
                    {email.map(|email| view! { <span>{email}</span> })}
                    <span>{format!("Role: {}", signed_in.role().label())}</span>
                </div>
                {account}
                {theme_switch(page.theme)}
                <a class="menu-entry" href="/api/docs">"HTTP API"</a>
                <form method="post" action="/auth/logout">
                    <button class="menu-entry">"Sign out"</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn theme_switch(chosen: Theme) -> impl IntoView + use<> {
    let themes = Theme::ALL.map(|theme| {
        let label = match theme {
            Theme::Auto => "As the system",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        };
        let pressed = if theme == chosen { "true" } else { "false" };
        view! { <button name="theme" value=theme.as_str() aria-pressed=pressed>{label}</button> }
    });
    view! {
        <form method="post" action="/theme">
            <input type="hidden" name="return_to" value=here()/>
            <div class="theme" role="group" aria-label="Theme">{themes.into_iter().collect_view()}</div>
        </form>
    }
}

/// The page's own address, without the notice that it was opened with.
fn here() -> String {
    let url = use_url().get_untracked();
    let query = raw_query();
    if query.is_empty() || query.contains("notice=") {
        url.path().to_owned()
    } else {
        format!("{}?{query}", url.path())
    }
}
