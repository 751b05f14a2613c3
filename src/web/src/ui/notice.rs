use leptos::prelude::*;

use super::Tone;

/// A box that tells something about the page as a whole. Screen readers say good news when they are idle, and the rest at
/// once.
pub(crate) fn notice(tone: Tone, content: impl IntoView + 'static) -> AnyView {
    let role = match tone {
        Tone::Danger => "alert",
        _ => "status",
    };
    view! { <div class=format!("notice tone-{}", tone.as_str()) role=role>{content}</div> }.into_any()
}
