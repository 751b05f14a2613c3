use leptos::prelude::*;

use super::act_form::{Act, act_buttons, act_page};
use crate::ui::{Field, field};

/// `/keys/{id}/rename`.
pub(crate) fn rename() -> AnyView {
    let act = Act {
        path: "rename",
        verb: "Rename",
        control: "name",
        needs_fresh: false,
    };
    act_page(act, |_, life, form| async move {
        let name = Field {
            id: "name",
            label: "Name",
            hint: "What uses the key. The audit log keeps the names that it had before.",
            error: form.error(),
        };
        let (invalid, described) = (name.invalid(), name.described_by());
        let value = form.typed.map_or_else(|| life.key.name.clone(), |typed| typed.name);
        view! {
            <form method="post" action=format!("/keys/{}/rename", life.key.id) class="form" novalidate=true>
                {field(name, view! {
                    <input id="name" name="name" type="text" value=value autocomplete="off" spellcheck="false"
                        aria-invalid=invalid aria-describedby=described/>
                })}
                {act_buttons(&life, "Rename key")}
            </form>
        }
        .into_any()
    })
}
