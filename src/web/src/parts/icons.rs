//! The few icons, drawn on a grid of 16. They repeat what a word beside them says, so screen readers skip them.

use leptos::prelude::*;

fn icon(path: &'static str) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=path/>
        </svg>
    }
    .into_any()
}

/// The mark of `public/favicon.svg`, in the colour of the theme.
pub(crate) fn mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8"/>
            <path d="M9 8h14a1 1 0 0 1 1 1v2.5a1 1 0 0 1-1 1H13v3h7a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1h-7v3a2 2 0 0 1-2 2H9.5A1.5 1.5 0 0 1 8 23.5V9a1 1 0 0 1 1-1z"/>
            <circle cx="22" cy="23" r="2.5"/>
        </svg>
    }
    .into_any()
}

pub(crate) fn overview() -> AnyView {
    icon("M2.5 2.5h4.5v6h-4.5zM9 2.5h4.5v3.5h-4.5zM9 8h4.5v5.5h-4.5zM2.5 10.5h4.5v3h-4.5z")
}

pub(crate) fn keys() -> AnyView {
    icon("M10.5 9a3.5 3.5 0 1 0-3.3-2.3L2 12v2h2.5v-1.5h1.5v-1.5h1.5l1.8-1.8A3.5 3.5 0 0 0 10.5 9zM11 5h.01")
}

pub(crate) fn sign_ins() -> AnyView {
    icon("M2 3h12v8H2zM5.5 13.5h5M8 11v2.5")
}

pub(crate) fn contexts() -> AnyView {
    icon("M2.5 2.5h11v4h-11zM2.5 9.5h11v4h-11zM5 4.5h.01M5 11.5h.01")
}

pub(crate) fn audit() -> AnyView {
    icon("M3.5 2h9v12h-9zM6 5.5h4M6 8h4M6 10.5h2.5")
}

pub(crate) fn apps() -> AnyView {
    icon("M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM11.5 9.5v4M9.5 11.5h4")
}

pub(crate) fn estate() -> AnyView {
    icon("M2.5 13.5v-8l5.5-3 5.5 3v8zM6 13.5v-4h4v4")
}

pub(crate) fn people() -> AnyView {
    icon("M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.5 14a5.5 5.5 0 0 1 11 0")
}

pub(crate) fn app_clients() -> AnyView {
    icon("M2.5 2.5h11v11h-11zM2.5 5.5h11M8 7.5v4M6 9.5h4")
}

pub(crate) fn menu() -> AnyView {
    icon("M2 4h12M2 8h12M2 12h12")
}

pub(crate) fn chevron() -> AnyView {
    icon("M4.5 6.5 8 10l3.5-3.5")
}
