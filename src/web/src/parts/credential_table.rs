use flui_identity::estate::{Credential, Risk};
use flui_model::{SignInId, Timestamp};
use leptos::prelude::*;

use super::{last_use, moment, pick, scope_words};
use crate::ui::{Tone, badge, cell, isolated, table, wide_cell};

/// Credentials of anybody as rows, for admins, with what is risky about each. `select`: each row has a box to tick.
pub(crate) fn credential_table(
    caption: &'static str,
    credentials: &[Credential],
    now: Timestamp,
    select: bool,
) -> AnyView {
    let headers = ["Name", "Owner", "Kind", "Scopes", "Last used", "Expires", "Risks"];
    let rows = credentials.iter().map(|credential| row(credential, now, select));
    table(caption, &headers, rows)
}

fn row(credential: &Credential, now: Timestamp, select: bool) -> AnyView {
    let (sign_in, person) = (&credential.found.sign_in, &credential.found.person);
    // Whoever ends the sign-in that they call by does not see what became of the rest.
    let tick = (select && !credential.current).then(|| pick(sign_in.id, &sign_in.name));
    let name = sign_in.name.clone();
    let name = if sign_in.kind.is_key() {
        view! { <a href=format!("/keys/{}", sign_in.id)>{name}</a> }.into_any()
    } else {
        view! { <span class="name">{name}</span> }.into_any()
    };
    let paused = sign_in.paused.map(|_| badge(Tone::Warn, "Paused"));
    let this = credential.current.then(|| badge(Tone::Ok, "This one"));
    let hint = sign_in.kind.is_key().then(|| {
        view! { <code>{format!("{}…{}", sign_in.prefix, sign_in.last_four)}</code> }
    });
    let scopes = if sign_in.grant.is_unscoped() {
        "All that its owner may do".to_owned()
    } else {
        // As it was given: what the owner's role takes away from it is not the key's own doing.
        scope_words(false, sign_in.grant.scopes(flui_model::Role::Admin))
    };
    let bound = (!sign_in.contexts.is_empty()).then(|| {
        view! { <span class="sub">{format!("in {}", sign_in.contexts.join(", "))}</span> }
    });
    let machine = sign_in.machine.as_ref().map(|machine| {
        view! { <span class="sub">{format!("{} ({})", isolated(&machine.name), machine.os)}</span> }
    });
    let used = sign_in.last_used.as_ref();
    let last_used = last_use(used.map(|used| used.at), used.map(|used| used.address.clone()), now);
    let owner = view! { <a href=format!("/people/{}", person.id)>{person.display_name().to_owned()}</a> };
    view! {
        <tr>
            <th scope="row">{tick}{name}{this}{paused}{hint}</th>
            {wide_cell("Owner", owner)}
            {cell("Kind", view! { {sign_in.kind.label()}{machine} })}
            {wide_cell("Scopes", view! { {scopes}{bound} })}
            {cell("Last used", last_used)}
            {cell("Expires", moment(sign_in.expires_at, now))}
            {wide_cell("Risks", risks(&credential.risks, sign_in.id))}
        </tr>
    }
    .into_any()
}

fn risks(risks: &[Risk], id: SignInId) -> AnyView {
    if risks.is_empty() {
        return view! { <span class="muted">"None"</span> }.into_any();
    }
    let badges = risks
        .iter()
        .map(|risk| {
            let tone = match risk {
                Risk::OwnerDisabled | Risk::NeedsOwner => Tone::Danger,
                _ => Tone::Warn,
            };
            badge(tone, risk.label())
        })
        .collect_view();
    let transfer = risks
        .contains(&Risk::NeedsOwner)
        .then(|| view! { <a class="sub" href=format!("/keys/{id}/transfer")>"Transfer"</a> });
    view! { <span class="badges">{badges}</span>{transfer} }.into_any()
}
