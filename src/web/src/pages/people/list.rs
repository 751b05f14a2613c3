use flui_identity::{Error, Policy, people::SeenPerson};
use flui_model::Timestamp;
use leptos::prelude::*;

use super::{access, filters::PeopleFilters};
use crate::{
    PageContext,
    parts::{Head, Place, frame, moment, page},
    ui::{Query, Tone, badge, cell, empty, pager, table, wide_cell},
};

/// `/people`: everybody who ever signed in here, seen last first. For admins.
pub(crate) fn list() -> AnyView {
    let filters = PeopleFilters::from_query(&Query::of_page());
    page(move |page| load(page, filters))
}

async fn load(page: PageContext, filters: PeopleFilters) -> Result<AnyView, Error> {
    let people = page.identity.list_people(&page.caller, &filters.wanted()).await?;
    let now = page.now();
    let rows = if people.items.is_empty() {
        let step = view! { <a class="button" href="/people">"Show everybody"</a> };
        empty(
            "Nobody fits",
            "Nobody who ever signed in here matches this filter.",
            step,
        )
    } else {
        let policy = page.identity.policy();
        let rows = people.items.iter().map(|seen| row(seen, policy, now));
        let headers = [
            "Name",
            "E-mail",
            "Role",
            "Last sign-in",
            "Proven",
            "Live sign-ins",
            "Access",
        ];
        table("People", &headers, rows)
    };
    let first = filters.cursor.as_ref().map(|_| filters.link(None));
    let next = people.next_cursor.as_deref().map(|cursor| filters.link(Some(cursor)));
    let body = view! {
        {filters.form()}
        {rows}
        {pager("Next people", first, next)}
    };
    let head = Head::new(
        Place::People,
        "People",
        "Everybody who ever signed in here. Names, roles and second factors are the provider's.",
    );
    Ok(frame(&page, head, body))
}

fn row(seen: &SeenPerson, policy: &Policy, now: Timestamp) -> AnyView {
    let person = &seen.person;
    let proven = match seen.is_mfa() {
        Some(true) => badge(Tone::Ok, "MFA").into_any(),
        Some(false) => badge(Tone::Warn, "One factor").into_any(),
        None => view! { <span class="muted">"Not said"</span> }.into_any(),
    };
    let email = person.email.clone().unwrap_or_else(|| "–".to_owned());
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/people/{}", person.id)>{person.display_name().to_owned()}</a>
            </th>
            {wide_cell("E-mail", email)}
            {cell("Role", policy.roles.role_of(&person.groups).label())}
            {cell("Last sign-in", moment(person.last_seen_at, now))}
            {cell("Proven", proven)}
            <td class="number" data-label="Live sign-ins">{seen.live_sign_ins.to_string()}</td>
            {cell("Access", access(person))}
        </tr>
    }
    .into_any()
}
