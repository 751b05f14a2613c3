//! People, for admins.

mod disable;
mod end;
mod filters;
mod list;
mod show;

pub(crate) use disable::disable;
pub(crate) use end::end;
pub(crate) use list::list;
pub(crate) use show::show;

use flui_identity::people::Person;
use leptos::prelude::*;

use crate::ui::{Tone, badge};

/// Whether the person may sign in here.
fn access(person: &Person) -> impl IntoView + use<> {
    if person.disabled_at.is_some() {
        badge(Tone::Danger, "Disabled")
    } else if person.gone_at.is_some() {
        badge(Tone::Danger, "Gone at the provider")
    } else {
        badge(Tone::Ok, "Active")
    }
}
