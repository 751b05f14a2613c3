use leptos::prelude::*;

use super::act_form::{Act, act_buttons, act_page};
use crate::ui::{Field, Tone, area_text, field, notice};

/// `/keys/{id}/networks`: where the key may be used from.
pub(crate) fn networks() -> AnyView {
    let act = Act {
        path: "networks",
        verb: "Networks of",
        control: "networks",
        needs_fresh: true,
    };
    act_page(act, |page, life, form| async move {
        let value = form
            .typed
            .as_ref()
            .map_or_else(|| life.key.networks.join("\n"), |typed| typed.networks.clone());
        let here = view! {
            "The change counts from the key's next use on: what comes from elsewhere is refused. You are at "
            <code>{page.client.address.to_string()}</code>
            "; whatever uses the key may be somewhere else."
        };
        view! {
            {notice(Tone::Plain, here)}
            <form method="post" action=format!("/keys/{}/networks", life.key.id) class="form" novalidate=true>
                {networks_field(&value, form.error())}
                {act_buttons(&life, "Change networks")}
            </form>
        }
        .into_any()
    })
}

/// The field for the networks of a key.
pub(super) fn networks_field(value: &str, error: Option<String>) -> AnyView {
    let networks = Field {
        id: "networks",
        label: "Networks",
        hint: "Where the key may be used from: networks or addresses, one on a line, at most 16. Empty means everywhere.",
        error,
    };
    let (invalid, described) = (networks.invalid(), networks.described_by());
    field(
        networks,
        view! {
            <textarea id="networks" name="networks" rows="2" autocomplete="off" spellcheck="false"
                placeholder="203.0.113.0/24" aria-invalid=invalid aria-describedby=described>
                {area_text(value)}
            </textarea>
        },
    )
}
