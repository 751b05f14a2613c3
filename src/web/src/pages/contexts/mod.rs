//! Contexts.

mod check;
mod delete;
mod edit;
mod form;
mod holders;
mod list;
mod new;
mod show;

pub(crate) use check::check;
pub(crate) use delete::delete;
pub(crate) use edit::edit;
pub(crate) use list::list;
pub(crate) use new::new;
pub(crate) use show::show;

use flui_identity::contexts::Context;
use leptos::prelude::*;

/// What the command line is told so that it knows the context.
fn command(name: &str, api_url: &str) -> String {
    format!("flui context create {name} --api-url {api_url} --switch && flui auth login")
}

/// The name of a context beside its colour.
fn marked_name(context: &Context) -> impl IntoView + use<> {
    let swatch = format!("swatch swatch-{}", context.colour.as_str());
    view! {
        <span class=swatch aria-hidden="true"></span>
        <a href=format!("/contexts/{}", context.name)>{context.name.clone()}</a>
    }
}
