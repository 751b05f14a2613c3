//! What forms hold, and what became of them.

mod app_client_form;
mod context_form;
mod key_act;
mod key_form;
mod lost_form;

use flui_identity::{CalendarSecret, app_clients::AppClientFields, contexts::ContextReachability};
use flui_model::{
    FieldError,
    api_keys::{ApiKeyView, CreatedApiKey},
    app_clients::RegisteredAppClient,
    sign_ins::EndedSignIns,
};

pub use app_client_form::AppClientFormFields;
pub use context_form::ContextFormFields;
pub use key_act::KeyActFields;
pub use key_form::KeyFormFields;
pub(crate) use key_form::Preset;
pub use lost_form::LostFormFields;

/// The networks in a text field, with spaces, commas or line breaks between them.
fn networks_in(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|network| !network.is_empty())
        .map(str::to_owned)
        .collect()
}

/// How the form fared whose POST this page answers. Provided through Leptos' context.
#[derive(Clone, Debug)]
pub enum FormAnswer {
    /// The key was not made: the form again, as it was filled in.
    KeyForm {
        /// What was filled in.
        typed: KeyFormFields,
        /// What is wrong with single fields.
        errors: Vec<FieldError>,
        /// What is wrong with the whole.
        problem: Option<String>,
    },
    /// The context was not made or changed: the form again, as it was filled in.
    ContextForm {
        /// What was filled in.
        typed: ContextFormFields,
        /// What is wrong with single fields.
        errors: Vec<FieldError>,
        /// What is wrong with the whole.
        problem: Option<String>,
    },
    /// Whether the context can be reached; none if it was not asked for want of a fresh sign-in.
    ContextChecked(Option<ContextReachability>),
    /// Not everything of the person was ended, because something else than their name was typed.
    EndPerson(Vec<FieldError>),
    /// The key was made. Its secret is shown in this answer and never again.
    KeyCreated(CreatedApiKey),
    /// Nothing was ended: the form again, ticked as it was.
    LostForm {
        /// What was ticked.
        typed: LostFormFields,
        /// Why.
        problem: String,
    },
    /// No device login was found by the code: the form again, as it was filled in.
    DeviceCode {
        /// What was typed.
        typed: String,
        /// What is wrong with it, or why no more codes are looked for.
        problem: String,
        /// The HTTP status of the answer.
        status: u16,
    },
    /// A machine was reported lost: the proof.
    Lost {
        /// What the machine is called.
        machine: String,
        /// What ended, and when.
        ended: EndedSignIns,
        /// Live keys that were made from the machine and not ended with it.
        left: Vec<ApiKeyView>,
    },
    /// A key was not changed: the form of the act again, as it was filled in.
    KeyAct {
        /// What was filled in.
        typed: KeyActFields,
        /// What is wrong with its field.
        errors: Vec<FieldError>,
        /// What is wrong with the whole.
        problem: Option<String>,
    },
    /// The key has a new secret. It is shown in this answer and never again.
    KeyRotated(CreatedApiKey),
    /// The key was not given to another person: the form again.
    KeyTransfer {
        /// Who was chosen, as text.
        chosen: String,
        /// Why not.
        problem: String,
    },
    /// The key belongs to another person, and its new secret is shown in this answer and never again.
    KeyTransferred {
        /// The key.
        key: CreatedApiKey,
        /// The name of its new owner.
        owner: String,
    },
    /// The calendar address was made. Its secret is shown in this answer and never again.
    CalendarCreated(CalendarSecret),
    /// The app was not registered or changed: the form again, as it was filled in.
    AppClientForm {
        /// What was filled in.
        typed: AppClientFormFields,
        /// What is wrong with single fields.
        errors: Vec<FieldError>,
        /// What is wrong with the whole.
        problem: Option<String>,
    },
    /// The app was registered, or changed with a new secret. The secret is shown in this answer and never again.
    AppClientRegistered(RegisteredAppClient),
    /// The provider registers nothing by itself: what to enter there by hand.
    AppClientPlanned {
        /// What the app says.
        fields: AppClientFields,
        /// The provider's issuer.
        issuer: String,
    },
    /// The app was not deleted.
    AppClientDelete {
        /// Why.
        problem: String,
        /// Whether it can be forgotten here.
        may_forget: bool,
    },
}
