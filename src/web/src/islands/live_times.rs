use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlTimeElement;

use super::distance;

/// Keeps the relative times of the whole page true while it stands open. Once on each page.
#[island]
pub fn LiveTimes() -> impl IntoView {
    Effect::new(|_| set_interval(refresh, Duration::from_secs(20)));
}

fn refresh() {
    let Ok(times) = document().query_selector_all("time.moment") else {
        return;
    };
    for index in 0..times.length() {
        let time = times
            .item(index)
            .and_then(|node| node.dyn_into::<HtmlTimeElement>().ok());
        if let Some(time) = time {
            let passed = (js_sys::Date::now() - js_sys::Date::parse(&time.date_time())) / 1000.0;
            #[expect(clippy::cast_possible_truncation, reason = "a time that is no date becomes 0")]
            time.set_text_content(Some(&distance(passed.floor() as i64)));
        }
    }
}
