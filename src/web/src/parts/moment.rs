use flui_model::Timestamp;
use leptos::prelude::*;

use crate::islands::distance;

/// A moment as people say it. The `LiveTimes` island keeps it true and gives it the exact time to hover over; without
/// script, and on paper, the style sheet adds the exact time.
pub(crate) fn moment(at: Timestamp, now: Timestamp) -> impl IntoView + use<> {
    let passed = now.as_seconds().saturating_sub(at.as_seconds());
    view! {
        <time datetime=at.to_html_time()>{distance(passed)}</time>
    }
}
