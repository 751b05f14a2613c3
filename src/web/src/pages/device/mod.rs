//! `/device`: type the code of a terminal that waits, look at who asks, decide.

mod code;
mod decided;
mod review;

use leptos::prelude::*;

use crate::{FormAnswer, parts::page, ui::Query};

pub(crate) fn show() -> AnyView {
    if let Some(FormAnswer::DeviceCode { typed, problem, status }) = use_context::<FormAnswer>() {
        return page(async move |page| code::load(&page, typed, Some((problem, status))));
    }
    match Query::of_page().filled("request") {
        Some(id) => page(move |page| review::load(page, id)),
        None => page(async move |page| code::load(&page, String::new(), None)),
    }
}
