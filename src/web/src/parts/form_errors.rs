use flui_model::FieldError;
use leptos::prelude::*;

use crate::ui::{Tone, notice};

/// What was wrong with a form: the problem as a whole, if there is one, and a link to the control of each field that has
/// one. `control_of` gives the id of the control that a field is filled in by.
pub(crate) fn form_errors(
    title: &'static str,
    problem: Option<&str>,
    errors: &[FieldError],
    control_of: impl Fn(&str) -> &'static str,
) -> AnyView {
    let links = errors
        .iter()
        .map(|error| {
            let href = format!("#{}", control_of(&error.field));
            view! { <li><a href=href>{error.message.clone()}</a></li> }
        })
        .collect_view();
    let content = view! {
        <h2>{title}</h2>
        {problem.map(|problem| view! { <p>{problem.to_owned()}</p> })}
        {(!errors.is_empty()).then(|| view! { <ul>{links}</ul> })}
    };
    notice(Tone::Danger, content)
}
