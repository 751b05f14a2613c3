//! What forms hold, and what became of them.

mod key_form;
mod lost_form;

use flui_model::{
    FieldError,
    api_keys::{ApiKeyView, CreatedApiKey},
    sign_ins::EndedSignIns,
};

pub use key_form::KeyFormFields;
pub(crate) use key_form::Preset;
pub use lost_form::LostFormFields;

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
}
