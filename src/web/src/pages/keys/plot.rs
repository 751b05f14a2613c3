use flui_identity::sign_ins::{Day, DayUses};
use leptos::prelude::*;

use crate::ui::table;

/// The width of a day and the height of the whole, in units of the drawing.
const SLOT: u64 = 8;
const HEIGHT: u64 = 96;

/// Requests of each day from `first` to `last` as bars, drawn on the server. The same numbers stand in a table below.
pub(super) fn plot(first: Day, last: Day, days: &[DayUses]) -> AnyView {
    let total: u64 = days.iter().map(|day| day.count).sum();
    let Some(most) = days.iter().max_by_key(|day| day.count).filter(|day| day.count > 0) else {
        return view! { <p class="muted">"No request came with this key in the last 90 days."</p> }.into_any();
    };
    let count = last.number().abs_diff(first.number()) + 1;
    let bars = days.iter().map(|day| bar(first, day, most.count)).collect_view();
    let (from, to) = (first.start().to_date(), last.start().to_date());
    let busiest = most.day.start().to_date();
    let sentence = format!(
        "{} in all from {from} to {to}; at most {} a day, on {busiest}.",
        requests(total),
        grouped(most.count)
    );
    let rows = days.iter().rev().map(row);
    view! {
        <figure class="plot">
            <figcaption id="plot-words">{sentence}</figcaption>
            <svg
                viewBox=format!("0 0 {} {HEIGHT}", count * SLOT)
                preserveAspectRatio="none"
                role="img"
                aria-labelledby="plot-title"
                aria-describedby="plot-words"
            >
                <title id="plot-title">"Requests of each day"</title>
                {bars}
            </svg>
            <div class="plot-axis" aria-hidden="true">
                <span>{from}</span>
                <span>{to}</span>
            </div>
            <details>
                <summary>"The same as a table"</summary>
                {table("Requests of each day", &["Day", "Requests"], rows)}
            </details>
        </figure>
    }
    .into_any()
}

fn bar(first: Day, day: &DayUses, most: u64) -> impl IntoView + use<> {
    let place = day.day.number().abs_diff(first.number());
    // A day with any request is seen, however busy the others were.
    let height = (u128::from(day.count) * u128::from(HEIGHT) / u128::from(most.max(1))).max(2);
    let height = u64::try_from(height).unwrap_or(HEIGHT);
    view! {
        <rect
            x=(place * SLOT + 1).to_string()
            y=(HEIGHT - height).to_string()
            width=(SLOT - 2).to_string()
            height=height.to_string()
        >
            <title>{format!("{}: {}", day.day.start().to_date(), requests(day.count))}</title>
        </rect>
    }
}

fn row(day: &DayUses) -> AnyView {
    view! {
        <tr>
            <th scope="row">{day.day.start().to_date()}</th>
            <td class="number" data-label="Requests">{grouped(day.count)}</td>
        </tr>
    }
    .into_any()
}

fn requests(count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} request{plural}", grouped(count))
}

/// `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i64, count: u64) -> DayUses {
        DayUses {
            day: Day::from_number(number),
            count,
        }
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn bars_stand_at_their_day_and_are_as_high_as_their_share() {
        let html = plot(
            Day::from_number(100),
            Day::from_number(189),
            &[day(100, 50), day(189, 100)],
        )
        .to_html();
        assert!(html.contains(r#"viewBox="0 0 720 96""#), "{html}");
        assert!(html.contains(r#"<rect x="1" y="48" width="6" height="48">"#), "{html}");
        assert!(html.contains(r#"<rect x="713" y="0" width="6" height="96">"#), "{html}");
        assert!(html.contains("150 requests in all") && html.contains("at most 100 a day"));
        assert_eq!(html.matches("<tr>").count(), 3);
        assert!(!html.contains("style="));
    }

    #[test]
    fn a_day_with_one_request_among_millions_is_seen() {
        let html = plot(
            Day::from_number(0),
            Day::from_number(89),
            &[day(3, 1), day(4, u64::MAX / 2)],
        )
        .to_html();
        assert!(html.contains(r#"y="94" width="6" height="2""#), "{html}");
        let none = plot(Day::from_number(0), Day::from_number(89), &[]).to_html();
        assert!(none.contains("No request") && !none.contains("<svg"));
    }
}
