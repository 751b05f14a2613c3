//! What forms hold, and what became of them.

mod key_form;

use flui_identity::CalendarSecret;
use flui_model::{FieldError, api_keys::CreatedApiKey};

pub use key_form::KeyFormFields;
pub(crate) use key_form::Preset;

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
    /// The calendar address was made. Its secret is shown in this answer and never again.
    CalendarCreated(CalendarSecret),
}
