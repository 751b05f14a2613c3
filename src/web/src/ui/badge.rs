use leptos::prelude::*;

/// What a colour means. Words always say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Ok,
    Warn,
    Danger,
}

impl Tone {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Danger => "danger",
        }
    }
}

/// A word about a state.
pub(crate) fn badge(tone: Tone, text: &str) -> impl IntoView + use<> {
    view! { <span class=format!("badge tone-{}", tone.as_str())>{text.to_owned()}</span> }
}
