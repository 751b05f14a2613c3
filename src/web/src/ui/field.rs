use leptos::prelude::*;

/// A labelled field of a form.
pub(crate) struct Field {
    /// The control's id; `label`, hint and error refer to it.
    pub id: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// A sentence that helps to fill it in.
    pub hint: &'static str,
    /// What is wrong with what was filled in.
    pub error: Option<String>,
}

impl Field {
    /// The value of the control's `aria-describedby`.
    pub(crate) fn described_by(&self) -> String {
        let id = self.id;
        if self.error.is_some() {
            format!("{id}-error {id}-hint")
        } else {
            format!("{id}-hint")
        }
    }

    /// The value of the control's `aria-invalid`.
    pub(crate) fn invalid(&self) -> Option<&'static str> {
        self.error.as_ref().map(|_| "true")
    }
}

/// A label, its control, and the words about it.
pub(crate) fn field(field: Field, control: impl IntoView + 'static) -> AnyView {
    let Field { id, label, hint, error } = field;
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {control}
            {error.map(|error| view! { <p class="field-error" id=format!("{id}-error")>{error}</p> })}
            <p class="hint" id=format!("{id}-hint")>{hint}</p>
        </div>
    }
    .into_any()
}

/// An entry of a `select`.
pub(crate) fn choice(value: &str, label: &str, chosen: &str) -> impl IntoView + use<> {
    view! { <option value=value.to_owned() selected=value == chosen>{label.to_owned()}</option> }
}
