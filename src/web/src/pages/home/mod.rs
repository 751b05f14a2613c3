//! `/`: the way in for strangers, the overview for everybody else.

mod attention;
mod first_steps;
mod found;
mod overview;
mod signed_out;

use leptos::prelude::*;

use crate::PageContext;

pub(crate) fn show() -> AnyView {
    let page = PageContext::get();
    if page.caller.signed_in().is_ok() {
        overview::overview()
    } else {
        signed_out::signed_out(&page)
    }
}
