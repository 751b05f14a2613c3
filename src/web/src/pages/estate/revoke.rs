use flui_identity::{Error, Identity, sign_ins::Found};
use flui_model::Timestamp;
use leptos::prelude::*;

use crate::{
    PageContext,
    parts::{Head, Place, frame, fresh_notice, last_use, page},
    ui::{Query, Tone, cell, notice, raw_query, table, wide_cell},
};

/// `/estate/revoke?id=…`: asks once, and shows what would end. For admins.
pub(crate) fn revoke() -> AnyView {
    let ids = Query::of_page().all("id");
    let here = format!("/estate/revoke?{}", raw_query());
    page(move |page| load(page, ids, here))
}

async fn load(page: PageContext, ids: Vec<String>, here: String) -> Result<AnyView, Error> {
    // An id of the wrong shape is as absent as one that is not there.
    let ids: Vec<_> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let selected = page.identity.find_in_estate(&page.caller, &ids).await?;
    let body = if selected.is_empty() {
        view! {
            {notice(Tone::Plain, "Nothing is selected that could end: tick some boxes first. What is over already stays over.")}
            <p class="form-acts"><a class="button" href="/estate">"Back to the estate"</a></p>
        }
        .into_any()
    } else {
        ask(&page, &selected, ids.len(), &here)
    };
    let head = Head {
        above: &[("Estate", "/estate")],
        ..Head::new(Place::Estate, "Revoke selected", "")
    };
    Ok(frame(&page, head, body))
}

fn ask(page: &PageContext, selected: &[Found], ticked: usize, here: &str) -> AnyView {
    let now = page.now();
    let warning = match selected {
        [one] => format!(
            "“{}” of {} ends for good. Whatever uses it will stop working at once.",
            one.sign_in.name,
            one.person.display_name()
        ),
        many => format!(
            "{} sign-ins and keys end for good. Whatever uses them will stop working at once.",
            many.len()
        ),
    };
    let most = Identity::MOST_SELECTED;
    let too_many = (ticked > most).then(|| {
        notice(
            Tone::Warn,
            format!("One act ends at most {most}. Of your {ticked} only the first {most} are taken."),
        )
    });
    let rows = selected.iter().map(|found| row(found, now)).collect();
    let hidden = selected
        .iter()
        .map(|found| view! { <input type="hidden" name="id" value=found.sign_in.id.to_string()/> })
        .collect_view();
    view! {
        {notice(Tone::Danger, warning)}
        {too_many}
        {table("What ends", &["Name", "Owner", "Kind", "Last used"], rows)}
        {fresh_notice(page, "Revoking what belongs to others", here)}
        <form method="post" action="/estate/revoke" class="form-acts">
            {hidden}
            <button class="button button-danger">"Revoke all of these"</button>
            <a class="button" href="/estate">"Cancel"</a>
        </form>
    }
    .into_any()
}

fn row(found: &Found, now: Timestamp) -> AnyView {
    let sign_in = &found.sign_in;
    let used = sign_in.last_used.as_ref();
    view! {
        <tr>
            <th scope="row"><span class="name">{sign_in.name.clone()}</span></th>
            {wide_cell("Owner", found.person.display_name().to_owned())}
            {cell("Kind", sign_in.kind.label())}
            {cell("Last used", last_use(used.map(|used| used.at), used.map(|used| used.address.clone()), now))}
        </tr>
    }
    .into_any()
}
