//! `/device`: type the code of a terminal that waits, look at who asks, decide.

mod code;
mod review;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{FormAnswer, parts::page};

pub(crate) fn show() -> AnyView {
    if let Some(FormAnswer::DeviceCode { typed, problem, status }) = use_context::<FormAnswer>() {
        return page(async move |page| code::load(&page, typed, Some((problem, status))));
    }
    match use_query_map().get_untracked().get("request") {
        Some(id) => page(move |page| review::load(page, id)),
        None => page(async move |page| code::load(&page, String::new(), None)),
    }
}
