use std::time::Duration;

use leptos::prelude::*;

use super::act_form::{Act, act_buttons, act_page};
use crate::{
    parts::moment,
    ui::{Field, Tone, field, notice},
};

const DAY: Duration = Duration::from_hours(24);

/// `/keys/{id}/extend`: a later end, within the policy.
pub(crate) fn extend() -> AnyView {
    let act = Act {
        path: "extend",
        verb: "Extend",
        control: "expires",
        needs_fresh: true,
    };
    act_page(act, |page, life, form| async move {
        let (key, now) = (&life.key, page.now());
        // The last day that is whole within the policy.
        let latest = (life.latest_end - DAY).to_date();
        let expires = view! {
            <dl class="facts">
                <dt>"Expires"</dt>
                <dd>{moment(key.expires_at, now)}<span class="sub">{key.expires_at.to_minute()}</span></dd>
                <dt>"At most until"</dt>
                <dd>{moment(life.latest_end, now)}<span class="sub">{life.latest_end.to_minute()}</span></dd>
            </dl>
        };
        if life.latest_end - DAY <= key.expires_at {
            let words = "This key lives as long as a secret may live here. Rotate it: the new secret can be extended.";
            return view! {
                {notice(Tone::Plain, words)}
                {expires}
                <p class="form-acts">
                    <a class="button" href=format!("/keys/{}/rotate", key.id)>"Rotate"</a>
                    <a class="button" href=format!("/keys/{}", key.id)>"Back to the key"</a>
                </p>
            }
            .into_any();
        }
        let date = Field {
            id: "expires",
            label: "New end",
            hint: "The key ends with that day, UTC. Its secret stays the same.",
            error: form.error(),
        };
        let (invalid, described) = (date.invalid(), date.described_by());
        let value = form.typed.map_or_else(|| latest.clone(), |typed| typed.expires);
        view! {
            {expires}
            <form method="post" action=format!("/keys/{}/extend", key.id) class="form" novalidate=true>
                {field(date, view! {
                    <input id="expires" name="expires" type="date" value=value min=key.expires_at.to_date() max=latest
                        aria-invalid=invalid aria-describedby=described/>
                })}
                {act_buttons(&life, "Extend key")}
            </form>
        }
        .into_any()
    })
}
