use flui_model::{FieldError, contexts::Colour};
use leptos::prelude::*;

use crate::{
    ContextFormFields, FormAnswer, PageStatus,
    parts::form_errors,
    ui::{Field, choice, field},
};

/// The form as it stands, and what was wrong with it.
pub(super) struct Form {
    pub(super) typed: ContextFormFields,
    errors: Vec<FieldError>,
    problem: Option<String>,
}

impl Form {
    /// What the answer to a POST hands back; what `fresh` fills in otherwise.
    pub(super) fn take(fresh: impl FnOnce() -> ContextFormFields) -> Self {
        match use_context::<FormAnswer>() {
            Some(FormAnswer::ContextForm { typed, errors, problem }) => Self { typed, errors, problem },
            _ => Self {
                typed: fresh(),
                errors: Vec::new(),
                problem: None,
            },
        }
    }

    /// Whether the POST was refused.
    pub(super) fn failed(&self) -> bool {
        self.problem.is_some() || !self.errors.is_empty()
    }

    /// What was wrong, with links to the fields. Sets the status of the page.
    pub(super) fn summary(&self, title: &'static str) -> Option<AnyView> {
        if !self.failed() {
            return None;
        }
        if let Some(status) = use_context::<PageStatus>() {
            status.set(400);
        }
        Some(form_errors(title, self.problem.as_deref(), &self.errors, control_of))
    }

    /// The fields and buttons. `named`: the name may be chosen.
    pub(super) fn view(&self, action: String, button: &'static str, cancel: String, named: bool) -> AnyView {
        let typed = &self.typed;
        let name = named.then(|| {
            let hint = "Letters, digits, - and _. It cannot be changed later, because keys are bound to it.";
            self.text("name", "name", "Name", hint, &typed.name)
        });
        let colour = self.field("colour", "Colour", "A mark that tells it apart at a glance.");
        let (invalid, described) = (colour.invalid(), colour.described_by());
        let colours = Colour::ALL.map(|colour| choice(colour.as_str(), colour.label(), &typed.colour));
        let hint = "Where the API of the installation answers. https, except on this very machine.";
        let api_url = self.text("api-url", "api_url", "API address", hint, &typed.api_url);
        let hint = "The issuer of the OpenID provider that the installation trusts, byte for byte.";
        let issuer = self.text("issuer", "issuer", "Provider", hint, &typed.issuer);
        let hint = "One sentence for whoever has to choose. May stay empty.";
        let description = self.text("description", "description", "Description", hint, &typed.description);
        view! {
            <form method="post" action=action class="form" novalidate=true>
                {name}
                {api_url}
                {issuer}
                {description}
                {field(colour, view! {
                    <select id="colour" name="colour" aria-invalid=invalid aria-describedby=described>
                        {colours.into_iter().collect_view()}
                    </select>
                })}
                <div class="form-acts">
                    <button class="button button-primary">{button}</button>
                    <a class="button" href=cancel>"Cancel"</a>
                </div>
            </form>
        }
        .into_any()
    }

    fn text(
        &self,
        id: &'static str,
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        value: &str,
    ) -> AnyView {
        let part = self.field(id, label, hint);
        let (invalid, described) = (part.invalid(), part.described_by());
        field(
            part,
            view! {
                <input id=id name=name type="text" value=value.to_owned() autocomplete="off" spellcheck="false"
                    aria-invalid=invalid aria-describedby=described/>
            },
        )
    }

    fn field(&self, id: &'static str, label: &'static str, hint: &'static str) -> Field {
        let error = self.errors.iter().find(|error| control_of(&error.field) == id);
        Field {
            id,
            label,
            hint,
            error: error.map(|error| error.message.clone()),
        }
    }
}

/// The id of the control that a field of the rules is filled in by.
fn control_of(field: &str) -> &'static str {
    match field {
        "apiUrl" => "api-url",
        "issuer" => "issuer",
        "description" => "description",
        "colour" => "colour",
        _ => "name",
    }
}
