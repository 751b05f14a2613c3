use flui_identity::sign_ins::KeyLife;
use flui_model::Timestamp;
use leptos::prelude::*;

use super::{
    act_form::{Act, act_buttons, act_page},
    created::rotated,
};
use crate::{
    FormAnswer, KeyActFields, PageContext,
    islands::distance,
    ui::{Field, Tone, choice, field, notice},
};

/// How long the old secret may stay good, in seconds.
const OVERLAPS: [(&str, &str); 5] = [
    ("0", "Not at all: it ends at once"),
    ("3600", "1 hour"),
    ("86400", "24 hours"),
    ("259200", "3 days"),
    ("604800", "7 days"),
];

/// `/keys/{id}/rotate`: what a rotation does, and for how long two secrets are good; or the new secret, when this page
/// answers its POST.
pub(crate) fn rotate() -> AnyView {
    if let Some(FormAnswer::KeyRotated(key)) = use_context::<FormAnswer>() {
        return rotated(&PageContext::get(), &key);
    }
    let act = Act {
        path: "rotate",
        verb: "Rotate",
        control: "overlap",
        needs_fresh: true,
    };
    act_page(act, |page, life, form| async move {
        let overlap = Field {
            id: "overlap",
            label: "The old secret stays good for",
            hint: "At most: the first use of the new secret ends the old one.",
            error: form.error(),
        };
        let (invalid, described) = (overlap.invalid(), overlap.described_by());
        let chosen = form.typed.unwrap_or_else(KeyActFields::default).overlap;
        let overlaps = OVERLAPS
            .map(|(seconds, label)| choice(seconds, label, &chosen))
            .into_iter()
            .collect_view();
        view! {
            {what_happens(&life, page.now())}
            <form method="post" action=format!("/keys/{}/rotate", life.key.id) class="form">
                {field(overlap, view! {
                    <select id="overlap" name="overlap" aria-invalid=invalid aria-describedby=described>
                        {overlaps}
                    </select>
                })}
                {act_buttons(&life, "Rotate key")}
            </form>
        }
        .into_any()
    })
}

fn what_happens(life: &KeyLife, now: Timestamp) -> AnyView {
    let key = &life.key;
    let used = match key.last_used_at {
        None => "It was never used.".to_owned(),
        Some(at) => {
            let passed = now.as_seconds().saturating_sub(at.as_seconds());
            let from = key.last_used_from.as_deref().unwrap_or("an unknown address");
            format!("It was last used {} from {from}.", distance(passed))
        }
    };
    let words = format!(
        "The key gets a new secret, which is shown once on the next page. Its name, scopes and end stay. {used}"
    );
    let again = key.old_secret_until.map(|_| {
        notice(
            Tone::Warn,
            "A rotation is under way, and its new secret was not used yet. Rotating again gives that one up and shows \
             another; the secret that is in use stays as good as before.",
        )
    });
    view! {
        {again}
        <p>{words}</p>
    }
    .into_any()
}
