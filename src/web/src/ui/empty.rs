use leptos::prelude::*;

/// What stands where rows would be: what would be here, why nothing is, and the next step.
pub(crate) fn empty(title: &'static str, why: &'static str, step: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{why}</p>
            {step}
        </div>
    }
    .into_any()
}
