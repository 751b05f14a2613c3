use flui_model::Timestamp;
use leptos::prelude::*;

use crate::islands::distance;

/// A moment as people say it, with the exact time to hover over. The `LiveTimes` island keeps it true; without script,
/// and on paper, the style sheet adds the exact time.
pub(crate) fn moment(at: Timestamp, now: Timestamp) -> impl IntoView + use<> {
    let passed = now.as_seconds().saturating_sub(at.as_seconds());
    view! {
        <time class="moment" datetime=at.to_string() title=at.to_minute()>{distance(passed)}</time>
    }
}
