use flui_identity::Error;
use leptos::prelude::*;

use crate::{PageContext, parts::refusal};

/// An address that leads nowhere.
pub(crate) fn not_found() -> AnyView {
    refusal(&PageContext::get(), &Error::NotFound("page"))
}
