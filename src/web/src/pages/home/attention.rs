use std::time::Duration;

use flui_model::{
    Kind, Timestamp,
    api_keys::{ApiKeyView, ENDS_SOON},
};
use leptos::prelude::*;

use crate::{
    islands::distance,
    parts::{revoke_link, use_sentence},
    ui::{Tone, notice},
};

const LONG_UNUSED: Duration = Duration::from_hours(60 * 24);
/// A key that was just made has a right not to be used yet.
const YOUNG: Duration = Duration::from_hours(24);

/// The live keys that somebody should look at, and why.
pub(super) fn attention(keys: &[ApiKeyView], now: Timestamp) -> AnyView {
    let rows: Vec<_> = keys
        .iter()
        .filter_map(|key| {
            let reasons = reasons(key, now);
            (!reasons.is_empty()).then(|| row(key, &reasons, now))
        })
        .collect();
    let content = if rows.is_empty() {
        notice(
            Tone::Ok,
            "No key needs attention: none expires soon, lies unused or may do everything.",
        )
    } else {
        view! { <ul class="attention">{rows}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="attention">
            <h2 id="attention">"Needs attention"</h2>
            {content}
        </section>
        <crate::islands::ConfirmRevoke/>
    }
    .into_any()
}

fn row(key: &ApiKeyView, reasons: &[String], now: Timestamp) -> AnyView {
    view! {
        <li>
            <div>
                <span class="name">{key.name.clone()}</span>
                " "
                <span class="muted">{format!("{} key", key.kind.label())}</span>
                <p>{reasons.join(" · ")}</p>
            </div>
            {revoke_link(key, use_sentence(key, now))}
        </li>
    }
    .into_any()
}

fn reasons(key: &ApiKeyView, now: Timestamp) -> Vec<String> {
    let mut reasons = Vec::new();
    if key.expires_at <= now + ENDS_SOON {
        let left = now.as_seconds().saturating_sub(key.expires_at.as_seconds());
        reasons.push(format!("Expires {}", distance(left)));
    }
    match key.last_used_at {
        None if now.since(key.created_at) > YOUNG => reasons.push("Never used".to_owned()),
        Some(at) if now.since(at) > LONG_UNUSED => reasons.push("Not used for 60 days".to_owned()),
        _ => {}
    }
    // Workstation keys stand for the person; keys of pipelines should not.
    if key.unscoped && key.kind != Kind::Workstation {
        reasons.push("May do all that you may".to_owned());
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::key_view;

    const NOW: Timestamp = Timestamp::from_seconds(1_764_000_000);
    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn a_used_scoped_long_lived_key_needs_no_attention() {
        let key = ApiKeyView {
            last_used_at: Some(NOW - DAY),
            ..key_view("deploy", NOW)
        };
        assert!(reasons(&key, NOW).is_empty());
        assert!(attention(&[key], NOW).to_html().contains("No key needs attention"));
    }

    #[test]
    fn every_reason_is_named() {
        let key = ApiKeyView {
            created_at: NOW - DAY * 3,
            expires_at: NOW + DAY * 5,
            unscoped: true,
            ..key_view("deploy", NOW)
        };
        assert_eq!(
            reasons(&key, NOW),
            ["Expires in 5 days", "Never used", "May do all that you may"]
        );
        let workstation = ApiKeyView {
            kind: Kind::Workstation,
            unscoped: true,
            last_used_at: Some(NOW - DAY * 61),
            ..key_view("laptop", NOW)
        };
        assert_eq!(reasons(&workstation, NOW), ["Not used for 60 days"]);
    }
}
