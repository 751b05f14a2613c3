use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlTimeElement;

use super::distance;

/// Keeps the relative times of the whole page true while it stands open. Once on each page.
#[island]
pub fn LiveTimes() -> impl IntoView {
    Effect::new(|_| {
        refresh();
        set_interval(refresh, Duration::from_secs(20));
    });
}

fn refresh() {
    let Ok(times) = document().query_selector_all("time:not(.exact)") else {
        return;
    };
    for index in 0..times.length() {
        let time = times
            .item(index)
            .and_then(|node| node.dyn_into::<HtmlTimeElement>().ok());
        if let Some(time) = time {
            let exact = time.date_time();
            // With a space in place of the `T` it is a date in HTML, and not everywhere in script.
            let at = js_sys::Date::parse(&exact.replace(' ', "T"));
            let passed = (js_sys::Date::now() - at) / 1000.0;
            time.set_title(&exact);
            #[expect(clippy::cast_possible_truncation, reason = "a time that is no date becomes 0")]
            time.set_text_content(Some(&distance(passed.floor() as i64)));
        }
    }
}
