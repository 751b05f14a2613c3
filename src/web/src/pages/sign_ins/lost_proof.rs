use flui_model::{Timestamp, api_keys::ApiKeyView, sign_ins::EndedSignIns};
use leptos::prelude::*;

use super::lost::ABOVE;
use crate::{
    PageContext,
    islands::ConfirmRevoke,
    parts::{Head, Place, frame, key_name, last_use, revoke_link},
    ui::{Tone, cell, isolated, notice, table, wide_cell},
};

/// The answer to the form: what ended, at what instant, and what is left to do.
pub(super) fn proof(page: &PageContext, machine: &str, ended: &EndedSignIns, left: &[ApiKeyView]) -> AnyView {
    let now = page.now();
    let count = ended.ended.len();
    let self_ended = page.caller.signed_in().is_ok_and(|caller| {
        let own = caller.sign_in().id;
        ended.ended.iter().any(|over| over.id == own)
    });
    let said = match count {
        0 => notice(
            Tone::Plain,
            "All of it was over already. Every call with it is refused.",
        ),
        _ => notice(Tone::Ok, summary(count, ended.ended_at)),
    };
    let body = view! {
        {said}
        {self_ended.then(|| notice(Tone::Warn, "This browser was among them: its next page asks you to sign in."))}
        {(count > 0).then(|| what_ended(ended))}
        <section aria-labelledby="next">
            <h2 id="next">"What to do next"</h2>
            {next_steps(page)}
        </section>
        {(!left.is_empty()).then(|| still_live(left, now))}
        <ConfirmRevoke/>
    };
    let head = Head {
        above: ABOVE,
        ..Head::new(Place::SignIns, format!("{} is locked out", isolated(machine)), "")
    };
    frame(page, head, body)
}

fn summary(count: usize, at: Timestamp) -> impl IntoView + use<> {
    let what = if count == 1 {
        "1 sign-in ended".to_owned()
    } else {
        format!("{count} sign-ins ended together")
    };
    view! {
        <strong>{what}" at "<time class="exact" datetime=at.to_string() data-testid="ended-at">{at.to_second()}</time>"."</strong>
        " Every call with them is refused now, and they cannot be brought back."
    }
}

fn what_ended(ended: &EndedSignIns) -> AnyView {
    let at = ended.ended_at;
    let rows = ended.ended.iter().map(|over| {
        view! {
            <tr>
                <th scope="row"><span class="name">{over.name.clone()}</span></th>
                {cell("Kind", over.kind.label())}
                {wide_cell("Id", view! { <code>{over.id.to_string()}</code> })}
                {cell("Ended", view! { <time class="exact" datetime=at.to_string()>{at.to_second()}</time> })}
            </tr>
        }
        .into_any()
    });
    view! {
        <section aria-labelledby="ended">
            <div class="section-head">
                <h2 id="ended">"What ended"</h2>
                <a href="/audit">"See it in the audit log"</a>
            </div>
            {table("What ended", &["Name", "Kind", "Id", "Ended"], rows)}
        </section>
    }
    .into_any()
}

/// A browser on the lost machine may still be known to the provider, which would let its holder in again.
fn next_steps(page: &PageContext) -> AnyView {
    let provider = page.settings.provider_host.clone();
    let account = page.settings.account_url.clone().map(|href| {
        view! { " "<a href=href rel="noreferrer">"Password, MFA and profile at the provider"</a> }
    });
    view! {
        <ol class="steps">
            <li>
                <p>
                    "Sign out everywhere at "<strong>{provider}</strong>
                    ", and change your password there: a browser on the machine may still be known to it, and could sign \
                     in here anew."{account}
                </p>
            </li>
            <li>
                <p>
                    "Read in the "<a href="/audit">"audit log"</a>" what was done with these sign-ins since you last had the \
                     machine in your hands."
                </p>
            </li>
            <li>
                <p>"On a machine that comes back or takes its place, sign in with "<code>"flui auth login"</code>"."</p>
            </li>
        </ol>
    }
    .into_any()
}

fn still_live(left: &[ApiKeyView], now: Timestamp) -> AnyView {
    let rows = left.iter().map(|key| {
        view! {
            <tr>
                <th scope="row">{key_name(key)}</th>
                {cell("Kind", key.kind.label())}
                {cell("Last used", last_use(key.last_used_at, key.last_used_from.clone(), now))}
                <td class="acts">{revoke_link(key, String::new())}</td>
            </tr>
        }
        .into_any()
    });
    view! {
        <section aria-labelledby="still-live">
            <h2 id="still-live">"Still live: keys that were made from it"</h2>
            <p>"Make new ones, give them to whatever uses these, and revoke these."</p>
            {table("Keys that were made from it", &["Name", "Kind", "Last used", ""], rows)}
        </section>
    }
    .into_any()
}
